// 감리: for the supervisor. The devices are read when asked, compared with the design item by
// item, and what could not be read is counted as not verified, never as right.

import { getJson, market } from './data.js';
import { draw, h } from './dom.js';
import { badge } from './pieces.js';
import { duration, language, t, timeText } from './words.js';

const VERDICTS = ['same', 'changed', 'missing', 'extra', 'not_verified'];
/** Items drawn at most per table: the rest is in the JSON. */
const ROWS_MAX = 2000;

/** Outlives a look at another view. */
const last = { result: null, error: null, startedAt: null, file: '' };
let parts = null;
let timer = null;

const verdictOf = (item) => String(item.verdict).replaceAll('-', '_');

async function run() {
  if (last.startedAt !== null) return;
  last.startedAt = performance.now();
  last.error = null;
  timer = setInterval(() => auditView.update(), 1_000);
  auditView.update();
  try {
    last.result = await getJson('/api/v1/audit');
    last.file = market.status?.design.file ?? '';
  } catch (error) {
    last.error = error.message;
  }
  clearInterval(timer);
  last.startedAt = null;
  auditView.update();
}

function stateText() {
  if (last.startedAt !== null) return t('auditing', { age: duration((performance.now() - last.startedAt) / 1000) });
  if (last.error !== null) return t('auditFailed', { error: last.error });
  return last.result ? '' : t('auditStill');
}

/** "sw-a1 port[3].pvid", or the device alone. */
function row(item, columns) {
  const cells = {
    result: () => badge(verdictOf(item)),
    designed: () => item.designed || null,
    built: () => item.built || null,
    reason: () => item.reason || null,
    origin: () => item.origin && h('code', {}, item.origin),
  };
  return h('tr', {},
    h('th', { scope: 'row' }, item.device, h('small', {}, item.field || t('wholeDevice'))),
    columns.map((name) => h('td', { 'data-label': t(name) }, cells[name]())));
}

function itemTable(items, columns) {
  return h('div', { class: 'scroll' }, h('table', { class: 'stacked' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('item')), columns.map((name) => h('th', { scope: 'col' }, t(name))))),
    h('tbody', {}, items.slice(0, ROWS_MAX).map((item) => row(item, columns)))));
}

function report(result) {
  const items = result.items ?? [];
  const of = (...verdicts) => items.filter((item) => verdicts.includes(verdictOf(item)));
  const differing = of('changed', 'missing', 'extra');
  const unread = of('not_verified');
  const read_at = result.read_at_ms ?? Date.parse(result.read_at ?? '');
  return [
    h('dl', { class: 'facts' },
      h('dt', {}, t('readAt')), h('dd', {}, timeText(read_at || 0)),
      h('dt', {}, t('design')), h('dd', {}, result.design_file ?? last.file),
      h('dt', {}, t('digest')), h('dd', {}, h('code', {}, result.design_digest ?? ''))),
    h('ul', { class: 'tiles counts' }, VERDICTS.map((verdict) => h('li', { class: 'tile', 'data-verdict': verdict },
      badge(verdict), h('p', { class: 'number' }, of(verdict).length)))),
    h('h2', {}, `${t('differing')} (${differing.length})`),
    differing.length === 0 ? h('p', { class: 'note' }, t('noDiffering')) : itemTable(differing, ['result', 'designed', 'built', 'origin']),
    unread.length > 0 && [h('h2', {}, `${t('unverifiedItems')} (${unread.length})`), itemTable(unread, ['designed', 'reason', 'origin'])],
  ];
}

export const auditView = {
  lists: [],

  mount(root) {
    parts = { state: h('p', { class: 'note', role: 'status' }), report: h('div') };
    parts.button = h('button', { type: 'button', class: 'main', on: { click: run } });
    parts.print = h('button', { type: 'button', on: { click: () => window.print() } }, t('print'));
    root.append(h('h1', {}, t('auditTitle')), h('p', { class: 'note screen' }, t('auditHint')),
      h('p', { class: 'buttons screen' }, parts.button, parts.print), parts.state, parts.report);
  },

  update() {
    if (!parts?.button.isConnected) return;
    parts.button.textContent = t(last.result ? 'auditAgain' : 'auditRun');
    parts.button.disabled = last.startedAt !== null;
    parts.print.hidden = !last.result;
    if (parts.state.textContent !== stateText()) parts.state.textContent = stateText();
    if (last.result) draw(parts.report, [language(), last.result], () => report(last.result));
  },
};
