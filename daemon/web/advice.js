// The first broken hop in words, and what the person in front of the stall does next.
//
// Hops as the daemon names them: switch, port, vlan, terminal, service, ability. A state of
// "unverified" means that the hop could not be read, which is another task than repairing it.

import { language } from './words.js';

const TEXT = {
  ko: {
    unavailable: {
      switch: {
        what: '스위치 {cause}에서 응답이 없습니다.',
        todo: ['스위치 {cause}의 전원과 상위 회선 케이블을 확인하세요.', '이 점포만의 문제가 아닙니다. 점포 단말기는 건드리지 마세요.'],
      },
      port: {
        what: '{place}에 링크가 없습니다.',
        todo: ['단말기 전원이 켜져 있는지 확인하세요.', '{place}와 단말기 사이 케이블의 양쪽 끝을 다시 꽂으세요.', '링크 표시등이 켜지지 않으면 케이블을 바꾸세요.'],
      },
      vlan: {
        what: '{place}의 가상랜(VLAN)이 설계와 다릅니다.',
        todo: ['케이블은 맞습니다. 다시 꽂지 마세요.', '설계를 다시 적용하세요: marketctl plan 으로 확인한 뒤 marketctl apply'],
      },
      terminal: {
        what: '단말기 {cause}에서 응답이 없습니다.',
        todo: ['단말기를 껐다 켜세요.', '단말기 케이블이 {place}에 꽂혀 있는지 확인하세요.', '일련번호가 {cause}인지 확인하세요. 다르면 설계를 고쳐야 합니다.'],
      },
      service: {
        what: '외부 서비스 {cause}에 연결되지 않습니다.',
        todo: ['점포 쪽 문제가 아닙니다. 단말기와 케이블은 그대로 두세요.', '밴사({cause})에 장애를 신고하세요.', '상인에게 아래에서 ‘가능’인 결제수단을 안내하세요.'],
      },
      ability: {
        what: '이 결제수단을 받을 수 있는 단말기가 이 점포에 없습니다.',
        todo: ['지원하는 단말기를 설치하거나, 설계에서 이 결제수단을 빼도록 설계자에게 알리세요.'],
      },
      other: { what: '{reason}', todo: ['관제에 알리세요.'] },
    },
    unverified: {
      switch: { what: '스위치 {cause}를 아직 읽지 못했습니다.', todo: ['스위치 {cause}의 전원과 관리 주소를 확인하세요.'] },
      port: { what: '{place}의 링크 상태를 아직 읽지 못했습니다.', todo: ['잠시 기다리세요. 1분이 지나도 그대로면 스위치의 SNMP 설정을 확인하세요.'] },
      vlan: { what: '{place}의 가상랜(VLAN)을 아직 읽지 못했습니다.', todo: ['잠시 기다리세요. 1분이 지나도 그대로면 스위치의 SNMP 설정을 확인하세요.'] },
      terminal: {
        what: '단말기 {cause}를 아직 확인하지 못했습니다.',
        todo: ['단말기 전원을 켜고 {place}에 꽂으세요.', '단말기에서 통신 시험이나 거래 조회를 한 번 하면 빨리 확인됩니다.'],
      },
      service: { what: '외부 서비스 {cause}를 아직 확인하지 못했습니다.', todo: ['점포에서 할 일은 없습니다. 관제가 확인할 때까지 기다리세요.'] },
      other: { what: '아직 확인하지 못했습니다.', todo: ['잠시 기다리세요.'] },
    },
    degraded: { other: { what: '결제는 되지만 느리거나 불안정합니다.', todo: ['관제에 알리고 결제를 한 번 시험하세요.'] } },
    noPlace: '스위치 포트', place: '스위치 {switch} {port}번 포트',
  },
  en: {
    unavailable: {
      switch: {
        what: 'Switch {cause} does not answer.',
        todo: ['Check power and uplink cable of switch {cause}.', "It is not this stall's fault. Leave its terminal alone."],
      },
      port: {
        what: 'No link on {place}.',
        todo: ['Check that the terminal has power.', 'Reseat both ends of the cable between {place} and the terminal.', 'If the link light stays dark, replace the cable.'],
      },
      vlan: {
        what: 'The VLAN of {place} is not as designed.',
        todo: ['The cable is right. Do not move it.', 'Apply the design again: look with marketctl plan, then marketctl apply'],
      },
      terminal: {
        what: 'Terminal {cause} does not answer.',
        todo: ['Switch the terminal off and on.', "Check that the terminal's cable is in {place}.", 'Check that its serial number is {cause}. If not, the design has to be corrected.'],
      },
      service: {
        what: 'Outside service {cause} cannot be reached.',
        todo: ["It is not the stall's fault. Leave terminal and cables as they are.", 'Report the fault to the VAN ({cause}).', "Tell the merchant which methods below say ‘Can’."],
      },
      ability: {
        what: 'No terminal of this stall can take this payment.',
        todo: ['Install a terminal that can, or ask the designer to take the method out of the design.'],
      },
      other: { what: '{reason}', todo: ['Tell the operations centre.'] },
    },
    unverified: {
      switch: { what: 'Switch {cause} has not been read yet.', todo: ['Check power and management address of switch {cause}.'] },
      port: { what: 'The link of {place} has not been read yet.', todo: ["Wait. If it stays so for a minute, check the switch's SNMP settings."] },
      vlan: { what: 'The VLAN of {place} has not been read yet.', todo: ["Wait. If it stays so for a minute, check the switch's SNMP settings."] },
      terminal: {
        what: 'Terminal {cause} has not been seen yet.',
        todo: ['Power the terminal and plug it into {place}.', 'A line test or an enquiry at the terminal makes it seen sooner.'],
      },
      service: { what: 'Outside service {cause} has not been checked yet.', todo: ['Nothing to do at the stall. Wait for the operations centre.'] },
      other: { what: 'Not verified yet.', todo: ['Wait a moment.'] },
    },
    degraded: { other: { what: 'Payments work, but slowly or unreliably.', todo: ['Tell the operations centre and try one payment.'] } },
    noPlace: 'the switch port', place: 'switch {switch} port {port}',
  },
};

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** "sw-a1/3" in words. */
export function placeText(port) {
  const words = TEXT[language()];
  const slash = (port ?? '').lastIndexOf('/');
  if (slash < 1) return words.noPlace;
  return fill(words.place, { switch: port.slice(0, slash), port: port.slice(slash + 1) });
}

/** {what, todo: [...]} for one method of a stall that is not simply available; else null. */
export function adviceFor(method, stall) {
  const words = TEXT[language()][method.state];
  if (!words) return null;
  const chosen = words[method.hop] ?? words.other;
  // The port that is to blame, where one is: a stall can have several.
  const port = ['port', 'vlan'].includes(method.hop) ? method.cause : stall.port;
  const values = { cause: method.cause ?? '?', reason: method.reason ?? '?', place: placeText(port) };
  return { what: fill(chosen.what, values), todo: chosen.todo.map((each) => fill(each, values)) };
}

/** Methods with the same trouble together: [{state, hop, cause, reason, methods: [...]}], worst first. */
export function troublesOf(stall) {
  const groups = new Map();
  for (const method of stall.methods) {
    if (!TEXT.ko[method.state]) continue;
    const key = JSON.stringify([method.state, method.hop, method.cause]);
    if (!groups.has(key)) groups.set(key, { ...method, methods: [] });
    groups.get(key).methods.push(method);
  }
  const rank = ['unavailable', 'degraded', 'unverified'];
  return [...groups.values()].sort((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
}

/** One word for the whole stall; the worst of its methods, and "partial" when others still work. */
export function overall(stall) {
  if (stall.vacant) return 'vacant';
  const states = stall.methods.map((method) => method.state).filter((state) => state !== 'not_enrolled');
  if (states.length === 0) return 'none';
  if (states.every((state) => state === 'unavailable')) return 'unavailable';
  if (states.includes('unavailable')) return 'partial';
  return ['degraded', 'unverified', 'closed'].find((state) => states.includes(state)) ?? 'available';
}
