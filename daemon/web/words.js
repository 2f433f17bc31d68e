// What the page says, in Korean and in English, and how it writes times and states.

const WORDS = {
  ko: {
    title: '결제망 현황', noc: '현황', stalls: '점포', audit: '감리', skip: '본문으로',
    otherLanguage: 'English', tabs: '화면', loading: '불러오는 중',
    ageNow: '{age} 전 자료', ageStale: '지난 자료: {age} 전', ageNone: '자료 없음',
    bannerStale: '아래는 {at} 상태이며 지금 상태가 아닙니다. 감시 서버와의 연결을 확인하세요.',
    bannerNone: '감시 서버에 연결하지 못했습니다. 다시 연결하는 중입니다.',
    bannerStore: '기록 저장에 문제가 있습니다: {error}',
    bannerReload: '새 설정을 읽지 못해 이전 설정으로 동작 중입니다 ({at}).',
    headBad: '일부라도 결제가 안 되는 점포 {n}곳', headUnverified: '결제 불가 점포 없음, 미확인 {n}곳',
    headGood: '모든 점포 결제 가능', headDegraded: '결제 불가 점포 없음, 품질 저하 {n}곳',
    headClosed: '결제 불가 점포 없음, 영업 종료 {n}곳', headNone: '설계에 점포가 없습니다',
    headDetail: '영업 점포 {total}곳 중 전 결제수단 가능 {good}곳, 불가 {bad}곳, 미확인 {unverified}곳',
    methods: '결제수단별', incidents: '장애 건', stillWorks: '지금도 되는 결제',
    noIncidents: '확인된 장애 없음', noIncidentsUnverified: '확인된 장애 없음 (미확인 점포 {n}곳은 판단할 수 없음)',
    devices: '장치', services: '외부 서비스', events: '최근 기록', system: '시스템',
    allGood: '모두 가능', noTakers: '받는 점포 없음', nStalls: '{n}곳', ofStalls: '{total}곳 중 {n}곳',
    affected: '영향 점포 {n}곳', affectedNone: '결제에 영향 받은 점포 없음',
    behind: '뒤에서 도달할 수 없는 장치 {n}대', since: '{at}부터 ({age}째)',
    worksHere: '영향 점포에서 아직 되는 결제', worksNothing: '없음',
    noAnswer: '{kind} {id} 응답 없음', serviceDown: '외부 서비스 {id} 연결 안 됨',
    filter: '장치 찾기', filterHint: '이름, 주소, 위치', all: '전체', state: '상태', device: '장치',
    place: '연결 위치', address: '주소', lastReply: '마지막 응답', model: '기종', never: '응답한 적 없음',
    ago: '{age} 전', noDevices: '해당하는 장치가 없습니다', showAll: '{n}대 모두 보기', notInDesign: '설계에 없음',
    service_available: '응답', service_unavailable: '무응답', service_unverified: '미확인', activity: '진행 중: {text}',
    awaiting: '변경 확인 대기: {at}까지 확인하지 않으면 되돌립니다 (marketctl confirm)',
    drift: '적용 후 변동', noDrift: '없음', drifted_n: '{what} {n}건', driftHint: '되돌리는 계획: marketctl drift --out FILE', driftNote: '자동으로 되돌리지 않음: {note}',
    design: '설계', verdict: '설계 대조', sweep: '장치 탐색', sweeping: '탐색 중 {percent}%, 약 {left} 남음', notYet: '아직 없음',
    pending: '바뀔 항목 {n}건', converged: '설계와 일치', drifted: '설계와 다름', unreachable_: '확인 못 한 장치 있음',
    search: '점포 찾기', searchHint: '점포 번호 또는 이름', noStall: '해당하는 점포가 없습니다',
    more: '그 밖에 {n}곳: 더 입력해 좁히세요', redList: '미확인 점포', redListHint: '설계 순서대로. 확인되면 사라집니다.',
    redListDone: '모든 점포가 확인되었습니다', verified: '확인 {n} / {total}곳', back: '점포 목록',
    port: '포트', noPort: '설계에 연결 포트가 없습니다', terminals: '단말기', vacant: '빈점포',
    vacantLong: '빈점포입니다. 확인할 결제수단이 없습니다.', whatNow: '지금 할 일', detail: '기술 정보',
    noSuchStall: '‘{id}’ 점포는 설계에 없습니다', noMethods: '설계에 결제수단이 없습니다',
    answer_available: '결제 가능', answer_degraded: '결제 품질 저하', answer_unavailable: '결제 불가',
    answer_partial: '일부 결제 불가', answer_unverified: '미확인', answer_closed: '영업 종료', answer_vacant: '빈점포', answer_none: '해당 없음',
    auditTitle: '시공 결과와 설계 대조', auditHint: '장치를 실제로 읽어 설계와 항목별로 대조합니다. 장치 수에 따라 몇 분 걸릴 수 있습니다.',
    auditRun: '지금 읽고 대조', auditAgain: '다시 읽고 대조', auditing: '장치를 읽는 중 ({age})', auditFailed: '대조하지 못했습니다: {error}',
    auditStill: '아직 대조하지 않았습니다', print: '인쇄', readAt: '읽은 시각', digest: '설계 해시(SHA-256)', item: '항목', designed: '설계', built: '시공', origin: '설계 위치',
    result: '판정', differing: '설계와 다른 항목', unverifiedItems: '미확인 항목', noDiffering: '읽은 항목 중 설계와 다른 항목 없음',
    wholeDevice: '장치 자체', reason: '사유', same: '일치', changed: '변경', missing: '누락', extra: '추가', not_verified: '미확인',
    available: '가능', degraded: '저하', unavailable: '불가', unverified: '미확인', not_enrolled: '미가맹', closed: '영업종료',
    up: '정상', suspect: '의심', down: '장애', unreachable: '도달불가', unknown: '미확인',
    'class_switch': '스위치', 'class_access-point': '무선접속장치(AP)', 'class_payment-terminal': '결제단말기', 'class_gateway': '게이트웨이',
    'class_router': '라우터', 'class_server': '서버', 'class_printer': '프린터', 'class_camera': '카메라', 'class_unknown': '종류 미확인', 'class_other': '기타',
    findings: '발견 사항', noFindings: '발견 사항 없음', moreFindings: '그 밖에 {n}건', seen: '보임',
    designWants: '설계: {port}', byDesignOnly: '설계상 위치, 확인 안 됨',
    wrongPort: '단말기 케이블이 {place}(점포 {stall})에 꽂혀 있습니다.', wrongPortTodo: '케이블을 {place}로 옮겨 꽂으세요.', noStallThere: '없음',
    foreignHere: '이 점포 자리인 {place}에 다른 장치 {id}이(가) 꽂혀 있습니다.', foreignTodo: '점포 {stall}의 단말기입니다. 제자리로 옮기세요.',
    strangerTodo: '설계에 없는 장치입니다. 단말기를 바꾼 것이면 설계에 새 일련번호를 적고, 아니면 빼세요.',
    'finding_cloned-engine-id': '복제된 엔진 ID', 'finding_default-community': '초기 커뮤니티 사용', 'finding_duplicate-address': '주소 중복',
    finding_loop: '루프', 'finding_mac-move': 'MAC 이동 반복', 'finding_no-identity': '식별 정보 없음', 'finding_rogue-bridge': '무단 스위치·AP',
    'finding_swapped-terminal': '단말기 교체 의심', 'finding_unknown-device': '설계에 없는 장치', 'finding_unmanaged-switch': '비관리 스위치', 'finding_wrong-port': '다른 포트에 연결',
    second: '{n}초', minute: '{n}분', hour: '{n}시간', day: '{n}일',
  },
  en: {
    title: 'Payment network', noc: 'Status', stalls: 'Stalls', audit: 'Audit', skip: 'Skip to content',
    otherLanguage: '한국어', tabs: 'Views', loading: 'Loading',
    ageNow: 'Data {age} old', ageStale: 'OLD data: {age}', ageNone: 'No data',
    bannerStale: 'What follows is the state of {at}, not the present one. Check the connection to the monitor.',
    bannerNone: 'The monitor cannot be reached. Trying again.',
    bannerStore: 'Records cannot be saved: {error}',
    bannerReload: 'New settings could not be read; the old ones are in force ({at}).',
    headBad: 'Stalls where some payment fails: {n}', headUnverified: 'No stall is known to fail; {n} not verified',
    headGood: 'Every stall can take every payment', headDegraded: 'No stall fails; {n} degraded',
    headClosed: 'No stall fails; {n} closed', headNone: 'The design has no stalls',
    headDetail: 'Of {total} trading stalls {good} can take every method, {bad} cannot take some, {unverified} not verified',
    methods: 'By payment method', incidents: 'Incidents', stillWorks: 'What still works',
    noIncidents: 'No known incident', noIncidentsUnverified: 'No known incident ({n} stalls not verified, so nothing can be said of them)',
    devices: 'Devices', services: 'Outside services', events: 'Latest events', system: 'System',
    allGood: 'all can', noTakers: 'no stall takes it', nStalls: '{n}', ofStalls: '{n} of {total}',
    affected: 'Stalls affected: {n}', affectedNone: 'No stall lost a payment method',
    behind: 'Devices unreachable behind it: {n}', since: 'since {at} (for {age})',
    worksHere: 'Still works at the affected stalls', worksNothing: 'nothing',
    noAnswer: '{kind} {id} does not answer', serviceDown: 'Outside service {id} cannot be reached',
    filter: 'Find a device', filterHint: 'name, address, place', all: 'All', state: 'State', device: 'Device',
    place: 'Plugged in at', address: 'Address', lastReply: 'Last reply', model: 'Model', never: 'never answered',
    ago: '{age} ago', noDevices: 'No such device', showAll: 'Show all {n}', notInDesign: 'not in the design',
    service_available: 'Answers', service_unavailable: 'No answer', service_unverified: 'Not verified', activity: 'Under way: {text}',
    awaiting: 'A change waits to be confirmed: put back at {at} unless somebody does (marketctl confirm)',
    drift: 'Changed since applied', noDrift: 'nothing', drifted_n: '{what}: {n}', driftHint: 'The plan that puts it right: marketctl drift --out FILE', driftNote: 'Not put right by itself: {note}',
    design: 'Design', verdict: 'Against design', sweep: 'Discovery', sweeping: '{percent}%, some {left} to go', notYet: 'not yet',
    pending: '{n} changes pending', converged: 'as designed', drifted: 'differs from the design', unreachable_: 'some devices could not be read',
    search: 'Find a stall', searchHint: 'Stall id or name', noStall: 'No such stall',
    more: '{n} more: type on to narrow down', redList: 'Not yet verified', redListHint: "In the design's order. A stall leaves the list once verified.",
    redListDone: 'Every stall is verified', verified: '{n} of {total} verified', back: 'All stalls',
    port: 'Port', noPort: 'The design gives it no port', terminals: 'Terminals', vacant: 'vacant',
    vacantLong: 'This stall is vacant. There is no payment to verify.', whatNow: 'What to do now', detail: 'Technical detail',
    noSuchStall: 'The design has no stall ‘{id}’', noMethods: 'The design gives it no payment method',
    answer_available: 'Can take payments', answer_degraded: 'Degraded', answer_unavailable: 'Cannot take payments',
    answer_partial: 'Cannot take some payments', answer_unverified: 'Not verified', answer_closed: 'Closed', answer_vacant: 'Vacant', answer_none: 'Nothing to verify',
    auditTitle: 'As built against design', auditHint: 'Reads the devices and compares them with the design, item by item. With many devices it can take minutes.',
    auditRun: 'Read and compare now', auditAgain: 'Read and compare again', auditing: 'Reading devices ({age})', auditFailed: 'Could not compare: {error}',
    auditStill: 'Not compared yet', print: 'Print', readAt: 'Read at', digest: 'Design hash (SHA-256)', item: 'Item', designed: 'Designed', built: 'Built', origin: 'In the design at',
    result: 'Verdict', differing: 'Differs from the design', unverifiedItems: 'Not verified', noDiffering: 'Nothing that was read differs from the design',
    wholeDevice: 'the device itself', reason: 'Why', same: 'Same', changed: 'Changed', missing: 'Missing', extra: 'Extra', not_verified: 'Not verified',
    available: 'Can', degraded: 'Degraded', unavailable: 'Cannot', unverified: 'Not verified', not_enrolled: 'Not enrolled', closed: 'Closed',
    up: 'Up', suspect: 'Suspect', down: 'Down', unreachable: 'Unreachable', unknown: 'Not verified',
    'class_switch': 'Switch', 'class_access-point': 'Access point', 'class_payment-terminal': 'Terminal', 'class_gateway': 'Gateway',
    'class_router': 'Router', 'class_server': 'Server', 'class_printer': 'Printer', 'class_camera': 'Camera', 'class_unknown': 'kind unknown', 'class_other': 'other',
    findings: 'Findings', noFindings: 'No finding', moreFindings: '{n} more', seen: 'Seen',
    designWants: 'design: {port}', byDesignOnly: 'by design, not seen',
    wrongPort: "The terminal's cable is in {place} (stall {stall}).", wrongPortTodo: 'Move the cable to {place}.', noStallThere: 'none',
    foreignHere: '{id} is plugged in at {place}, which belongs to this stall.', foreignTodo: 'It is the terminal of stall {stall}: move it there.',
    strangerTodo: 'It is not in the design. If the terminal was replaced, write the new serial number into the design; else unplug it.',
    'finding_cloned-engine-id': 'Cloned engine id', 'finding_default-community': 'Default community', 'finding_duplicate-address': 'Duplicate address',
    finding_loop: 'Loop', 'finding_mac-move': 'MAC jumps', 'finding_no-identity': 'No identity', 'finding_rogue-bridge': 'Rogue switch or AP',
    'finding_swapped-terminal': 'Terminal replaced?', 'finding_unknown-device': 'Not in the design', 'finding_unmanaged-switch': 'Unmanaged switch', 'finding_wrong-port': 'Wrong port',
    second: '{n} s', minute: '{n} min', hour: '{n} h', day: '{n} d',
  },
};

/** One look per state, everywhere: never by colour alone. */
const LOOKS = {
  good: { icon: '✓', states: ['available', 'up', 'same', 'converged'] },
  weak: { icon: '!', states: ['degraded', 'suspect', 'changed', 'drifted', 'misplaced', 'warning'] },
  bad: { icon: '✕', states: ['unavailable', 'partial', 'down', 'missing', 'extra', 'critical'] },
  lost: { icon: '⇢', states: ['unreachable'] },
  off: { icon: '–', states: ['not_enrolled', 'closed', 'vacant', 'none', 'seen', 'info'] },
};

let current = 'ko';

export const language = () => current;

/** From ?lang=, else as chosen before, else Korean. */
export function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  let kept = null;
  try {
    kept = localStorage.getItem('lang');
  } catch { /* storage is forbidden: the choice lasts as long as the page */ }
  setLanguage([asked, kept].find((each) => each in WORDS) ?? 'ko');
}

export function setLanguage(name) {
  current = name;
  document.documentElement.lang = name;
  try {
    localStorage.setItem('lang', name);
  } catch { /* as above */ }
}

export function t(key, values = {}) {
  const text = WORDS[current][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** {look: css class, icon} of a state; what we do not know is grey, never green. */
export function lookOf(state) {
  for (const [look, { icon, states }] of Object.entries(LOOKS)) {
    if (states.includes(state)) return { look, icon };
  }
  return { look: 'unknown', icon: '?' };
}

/** "48초", "12분", "3시간 5분", "2일 4시간"; whole units, rounded down. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return t('second', { n: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 120) return t('minute', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return t('hour', { n: hours }) + (rest ? ` ${t('minute', { n: rest })}` : '');
  }
  return t('day', { n: Math.floor(hours / 24) });
}

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Seoul', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

/** "2026-11-23 15:53:07 KST": markets are in Korea, wherever the reader is. */
export const timeText = (ms) => (ms ? `${clock.format(ms)} KST` : t('notYet'));
/** "15:53", with the date in front when it is another day than `now`. */
export function shortTime(ms, now) {
  const [day, hour] = clock.format(ms).split(' ');
  const short = hour.slice(0, 5);
  return clock.format(now).startsWith(day) ? short : `${day} ${short}`;
}
