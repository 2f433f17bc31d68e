// 현황: for the operations centre. Who cannot be paid, by which cause, since when, and what still
// works; then every device.

import { market, serverNow } from './data.js';
import { draw, h } from './dom.js';
import { devicesSection, updateDevices } from './devices.js';
import { adviceFor, overall } from './advice.js';
import { badge, className, stallLink, ticking } from './pieces.js';
import { duration, language, lookOf, shortTime, t, timeText } from './words.js';

const METHOD_STATES = ['unavailable', 'degraded', 'unverified', 'available', 'closed', 'not_enrolled'];
/** The gravest come first; `marketctl findings` has them all. */
const FINDINGS_MAX = 20;
let parts = {};

function section(name, title, ...more) {
  parts[name] = h('div');
  return h('section', { 'aria-labelledby': `${name}-title` }, h('h2', { id: `${name}-title` }, title), ...more, parts[name]);
}

function headline() {
  const stalls = market.stalls.stalls.filter((stall) => !stall.vacant);
  const all = stalls.map(overall);
  const count = (...states) => all.filter((state) => states.includes(state)).length;
  const values = { total: stalls.length, good: count('available', 'none'), bad: count('unavailable', 'partial'), unverified: count('unverified') };
  const [state, words, n] = [
    ['unavailable', 'headBad', values.bad], ['unverified', 'headUnverified', values.unverified],
    ['degraded', 'headDegraded', count('degraded')], ['closed', 'headClosed', count('closed')],
    stalls.length ? ['available', 'headGood', 1] : ['none', 'headNone', 1],
  ].find((each) => each[2] > 0);
  const { look, icon } = lookOf(state);
  return [
    h('p', { class: `headline ${look}` }, h('span', { class: 'icon', 'aria-hidden': 'true' }, icon), h('strong', {}, t(words, { n }))),
    h('p', { class: 'note' }, t('headDetail', values)),
    market.status.activity && h('p', { class: 'note' }, t('activity', { text: market.status.activity })),
    market.status.confirm_by_ms && h('p', { class: 'note awaiting' }, t('awaiting', { at: timeText(market.status.confirm_by_ms) })),
  ];
}

function methodTile(method) {
  const counts = METHOD_STATES.map((state) => ({ state, n: method[state] })).filter(({ n }) => n > 0);
  const enrolled = counts.filter(({ state }) => state !== 'not_enrolled');
  const worst = enrolled[0] ?? { state: 'none', n: 0 };
  let words = `${t(worst.state)} ${t('nStalls', { n: worst.n })}`;
  if (enrolled.length === 0) words = t('noTakers');
  if (enrolled.length === 1 && worst.state === 'available') words = t('allGood');
  const bar = h('div', { class: 'bar', 'aria-hidden': 'true' }, enrolled.map(({ state, n }) => {
    const piece = h('span', { class: lookOf(state).look });
    piece.style.flexGrow = n;
    return piece;
  }));
  return h('li', { class: 'tile', 'data-method': method.id },
    h('h3', {}, method.name),
    h('p', { class: `big ${lookOf(worst.state).look}` }, words),
    bar,
    h('p', { class: 'chips' }, counts.map(({ state, n }) => badge(state, `${t(state)} ${n}`))));
}

/** In the reader's language where we know what broke; else as the daemon says it. */
function causeText(incident) {
  for (const stall of market.stalls.stalls.filter((each) => incident.stalls.includes(each.id))) {
    const broken = stall.methods.find((method) => method.state === 'unavailable' && method.cause === incident.cause);
    if (broken) return adviceFor(broken, stall).what;
  }
  const device = market.devices.devices.find((each) => each.id === incident.cause);
  if (device) return t('noAnswer', { kind: className(device.class), id: device.id });
  if (market.status.services.some((each) => each.id === incident.cause)) return t('serviceDown', { id: incident.cause });
  return incident.text;
}

/** Methods that stalls of this incident can still take, with how many of them. */
function worksAt(incident) {
  const counts = new Map();
  for (const stall of market.stalls.stalls.filter((each) => incident.stalls.includes(each.id))) {
    for (const method of stall.methods) {
      if (method.state === 'available') counts.set(method.name, (counts.get(method.name) ?? 0) + 1);
    }
  }
  const total = incident.stalls.length;
  return [...counts].map(([name, n]) => `${name}: ${t('ofStalls', { n, total })}`);
}

function incidentCard(incident) {
  const names = new Map(market.stalls.stalls.map((stall) => [stall.id, stall.name]));
  const works = worksAt(incident);
  const list = (label, ids, draw_one) => ids.length > 0 && h('details', { 'data-key': `${incident.cause} ${label}` },
    h('summary', {}, label), h('ul', { class: 'names' }, ids.map((id) => h('li', {}, draw_one(id)))));
  return h('li', { class: 'card incident', 'data-cause': incident.cause },
    h('h3', {}, h('span', { class: 'badge bad' }, h('span', { class: 'icon', 'aria-hidden': 'true' }, '✕'), causeText(incident))),
    incident.since_ms && h('p', { class: 'note' }, ticking(incident.since_ms, 'since', shortTime(incident.since_ms, serverNow()))),
    incident.stalls.length === 0 && h('p', {}, t('affectedNone')),
    list(t('affected', { n: incident.stalls.length }), incident.stalls, (id) => stallLink(id, `${id} ${names.get(id) ?? ''}`)),
    list(t('behind', { n: incident.devices.length }), incident.devices, (id) => id),
    incident.stalls.length > 0 && h('p', { class: 'works' }, h('strong', {}, t('worksHere')), ' ', works.length ? works.join(' · ') : t('worksNothing')));
}

function incidents() {
  const { incidents: rows, stalls } = market.status;
  if (rows.length > 0) return h('ul', { class: 'cards' }, rows.map(incidentCard));
  const unsure = stalls.unverified > 0;
  return h('p', { class: 'note' }, unsure ? t('noIncidentsUnverified', { n: stalls.unverified }) : t('noIncidents'));
}

/** In the reader's language by its kind; the daemon's own words are the detail. */
function findingRow(finding) {
  return h('li', { 'data-finding': finding.id },
    badge(finding.severity, t(`finding_${finding.kind}`)),
    h('details', { class: 'grow', 'data-key': finding.id },
      h('summary', {}, finding.subject, h('span', { class: 'note' }, ' · ', ticking(finding.first_seen_ms, 'ago'))),
      h('p', { lang: 'en' }, finding.text)));
}

function findings() {
  const rows = market.findings.findings;
  if (rows.length === 0) return h('p', { class: 'note' }, t('noFindings'));
  return h('ul', { class: 'rows' }, rows.slice(0, FINDINGS_MAX).map(findingRow),
    rows.length > FINDINGS_MAX && h('li', { class: 'note' }, t('moreFindings', { n: rows.length - FINDINGS_MAX })));
}

function works() {
  const rows = market.status.methods.filter((method) => method.available > 0);
  if (rows.length === 0) return h('p', { class: 'note' }, t('worksNothing'));
  return h('ul', { class: 'works' }, rows.map((method) => {
    const total = METHOD_STATES.filter((state) => state !== 'not_enrolled').reduce((sum, state) => sum + method[state], 0);
    return h('li', {}, badge('available', method.name), ' ', t('ofStalls', { n: method.available, total }));
  }));
}

function services() {
  const state = ({ ok }) => (ok === null ? 'unverified' : ok ? 'available' : 'unavailable');
  return h('ul', { class: 'rows' }, market.status.services.map((service) => h('li', {},
    badge(state(service), t(`service_${state(service)}`)), h('span', { class: 'grow' }, h('strong', {}, service.id), ` ${service.detail}`),
    h('span', { class: 'note' }, service.at_ms ? ticking(service.at_ms, 'ago') : t('notYet')))));
}

function system() {
  const { design, verdict, pending_changes: pending, sweep, drift } = market.status;
  const row = (name, ...value) => [h('dt', {}, t(name)), h('dd', {}, ...value)];
  const verdict_words = { converged: 'converged', drifted: 'drifted', unreachable: 'unreachable_' }[verdict] ?? 'notYet';
  return h('dl', { class: 'facts' },
    row('design', `${design.file} `, h('code', {}, design.digest.slice(0, 12))),
    row('verdict', t(verdict_words), pending > 0 && ` · ${t('pending', { n: pending })}`),
    drift && row('drift', ...drifted(drift)),
    row('sweep', sweep.running ? sweeping(sweep) : sweep.last_ms ? ticking(sweep.last_ms, 'ago') : t('notYet')));
}

function sweeping({ asked, total, remaining_seconds: left }) {
  return t('sweeping', { percent: total > 0 ? Math.floor(100 * asked / total) : 0, left: duration(left) });
}

function drifted({ findings, looked_ms, note }) {
  if (findings.length === 0) return [t('noDrift'), ' · ', ticking(looked_ms, 'ago')];
  return [h('ul', { class: 'rows' }, findings.map(({ device, object_class, fields, changes, since_ms }) => h('li', {},
    h('span', { class: 'grow' }, h('strong', {}, device), ` ${t('drifted_n', { n: changes, what: object_class })}`, h('br'),
      h('code', {}, fields[0])), h('span', { class: 'note' }, ticking(since_ms, 'ago'))))),
  h('p', { class: 'note' }, note ? t('driftNote', { note }) : t('driftHint'))];
}

function events() {
  return h('ol', { class: 'events' }, market.events.events.slice(0, 20).map((event) => h('li', {},
    h('time', { datetime: event.at, title: timeText(event.at_ms) }, shortTime(event.at_ms, serverNow())), ' ', event.text)));
}

export const nocView = {
  lists: ['stalls', 'devices', 'events', 'findings'],

  mount(root) {
    parts = { headline: h('div', { class: 'head', 'aria-live': 'polite' }) };
    const title = h('h1', { class: 'quiet' }, t('title'));
    parts.loading = h('p', { class: 'note' }, t('loading'));
    const content = h('div', { class: 'noc', hidden: true },
      h('div', { class: 'wide' }, parts.headline),
      section('incidents', t('incidents')),
      h('div', {}, section('works', t('stillWorks')), section('services', t('services'))),
      h('div', { class: 'wide' }, section('methods', t('methods'))),
      devicesSection(),
      section('findings', t('findings')),
      section('events', t('events')),
      section('system', t('system')));
    parts.content = content;
    root.append(title, parts.loading, content);
  },

  update() {
    const ready = market.status && market.stalls && market.devices && market.events && market.findings;
    parts.loading.hidden = Boolean(ready);
    parts.content.hidden = !ready;
    if (!ready) return;
    const { status, stalls } = market;
    const words = language();
    draw(parts.headline, [words, stalls.stalls.map(overall), status.activity, status.confirm_by_ms], headline);
    draw(parts.incidents, [words, status.incidents.map(({ age_seconds: _, ...rest }) => rest), stalls.stalls, status.stalls], incidents);
    draw(parts.methods, [words, status.methods], () => h('ul', { class: 'tiles' }, status.methods.map(methodTile)));
    draw(parts.works, [words, status.methods], works);
    draw(parts.services, [words, status.services], services);
    draw(parts.findings, [words, market.findings.findings.map(({ age_seconds: _, last_seen_ms: _seen, last_seen: _at, ...rest }) => rest)], findings);
    draw(parts.events, [words, market.events.events.map(({ at_ms, text }) => [at_ms, text])], events);
    draw(parts.system, [words, status.design, status.verdict, status.pending_changes, status.sweep, status.drift], system);
    updateDevices();
  },
};
