// 점포: for the installer in front of a stall. Type its number, read the answer, do what it says.

import { market } from './data.js';
import { draw, h } from './dom.js';
import { adviceFor, overall, placeText, troublesOf } from './advice.js';
import { badge, stallLink, ticking } from './pieces.js';
import { language, lookOf, t } from './words.js';

const RESULTS_MAX = 12;
/** The search text outlives a look at one stall. */
let text = '';
let asked = null;
let parts = {};

function found(stalls) {
  const words = text.trim().toLowerCase();
  if (!words) return [];
  const squeezed = words.replace(/[\s-]/g, '');
  const fits = (stall) => stall.id.toLowerCase().replace(/[\s-]/g, '').includes(squeezed) || stall.name.toLowerCase().includes(words);
  return stalls.filter(fits).sort((a, b) => Number(b.id.toLowerCase() === words) - Number(a.id.toLowerCase() === words));
}

function stallRow(stall) {
  const link = stallLink(stall.id, '');
  link.append(h('span', { class: 'grow' }, h('strong', {}, stall.id), ` ${stall.name}`), badge(overall(stall), t(`answer_${overall(stall)}`)));
  return h('li', {}, link);
}

function results(stalls) {
  if (!text.trim()) return null;
  if (stalls.length === 0) return h('p', { class: 'note', role: 'status' }, t('noStall'));
  const rest = stalls.length - RESULTS_MAX;
  return [h('ul', { class: 'links' }, stalls.slice(0, RESULTS_MAX).map(stallRow)), rest > 0 && h('p', { class: 'note' }, t('more', { n: rest }))];
}

const isUnverified = (stall) => !stall.vacant && stall.methods.some((method) => method.state === 'unverified');

function redList(stalls) {
  const trading = stalls.filter((stall) => !stall.vacant);
  const open = trading.filter(isUnverified);
  const done = trading.length - open.length;
  return [
    h('p', { id: 'verified' }, t('verified', { n: done, total: trading.length })),
    h('progress', { max: trading.length || 1, value: done, 'aria-labelledby': 'verified' }),
    open.length === 0 ? h('p', { class: 'note' }, t('redListDone')) : [h('p', { class: 'note' }, t('redListHint')), h('ol', { class: 'links' }, open.map(stallRow))],
  ];
}

function trouble(group, stall) {
  const advice = adviceFor(group, stall);
  const { look } = lookOf(group.state);
  return h('div', { class: `trouble ${look}` },
    h('p', { class: 'chips' }, group.methods.map((method) => badge(method.state, `${method.name} ${t(method.state)}`))),
    h('p', { class: 'what' }, advice.what),
    h('h2', {}, t('whatNow')),
    h('ol', {}, advice.todo.map((each) => h('li', {}, each))),
    group.reason && h('details', { 'data-key': `${group.state} ${group.hop}` }, h('summary', {}, t('detail')), h('p', { lang: 'en' }, group.reason)));
}

/** Cables in the wrong socket: what a payment reading does not tell, for it may work all the same. */
function misplaced(stall) {
  const devices = market.devices?.devices ?? [];
  const wrong = devices.filter((device) => device.place?.agreement === 'wrong-port' && device.place.expected_stall === stall.id);
  const foreign = devices.filter((device) => device.place?.stall === stall.id && device.place.expected_stall !== stall.id
    && (device.place.agreement === 'wrong-port' || (!device.in_design && device.class !== 'switch')));
  const card = (device, what, todo) => h('div', { class: 'trouble weak', 'data-misplaced': device.id },
    h('p', { class: 'chips' }, badge('misplaced', device.id)), h('p', { class: 'what' }, what), h('h2', {}, t('whatNow')), h('p', {}, todo));
  const at = ({ place }) => placeText(`${place.device}/${place.port}`);
  return [
    wrong.map((device) => card(device, t('wrongPort', { place: at(device), stall: device.place.stall ?? t('noStallThere') }),
      t('wrongPortTodo', { place: placeText(device.place.expected[0]) }))),
    foreign.map((device) => card(device, t('foreignHere', { id: device.id, place: at(device) }),
      device.place.expected_stall ? t('foreignTodo', { stall: device.place.expected_stall }) : t('strangerTodo'))),
  ];
}

function terminals(stall) {
  const devices = (market.devices?.devices ?? []).filter((device) => device.stall === stall.id);
  if (devices.length === 0) return null;
  return [h('h2', {}, t('terminals')), h('ul', { class: 'rows' }, devices.map((device) => h('li', {},
    badge(device.state), h('span', { class: 'grow' }, h('strong', {}, device.id), ` ${device.model}`),
    h('span', { class: 'note' }, device.last_success_ms ? ticking(device.last_success_ms, 'ago') : t('never')))))];
}

function answer(stall) {
  const state = overall(stall);
  const { look, icon } = lookOf(state);
  return h('article', { class: 'answer', 'data-stall': stall.id },
    h('h1', {}, stall.id, ' ', stall.name),
    h('p', { class: `headline ${look}` }, h('span', { class: 'icon', 'aria-hidden': 'true' }, icon), h('strong', {}, t(`answer_${state}`))),
    stall.vacant && h('p', {}, t('vacantLong')),
    h('p', { class: 'note' }, stall.port ? placeText(stall.port) : t('noPort')),
    troublesOf(stall).map((group) => trouble(group, stall)),
    misplaced(stall),
    stall.methods.length > 0 && h('ul', { class: 'rows methods' }, stall.methods.map((method) => h('li', {}, h('span', { class: 'grow' }, method.name), badge(method.state)))),
    stall.methods.length === 0 && !stall.vacant && h('p', {}, t('noMethods')),
    terminals(stall));
}

export const stallsView = {
  lists: ['stalls', 'devices'],

  mount(root, argument) {
    asked = argument;
    parts = { answer: h('div', { 'aria-live': 'polite' }), results: h('div'), red: h('div'), loading: h('p', { class: 'note' }, t('loading')) };
    if (asked !== null) {
      root.append(h('p', {}, h('a', { class: 'back', href: '#/stalls' }, `← ${t('back')}`)), parts.loading, parts.answer);
      return;
    }
    const input = h('input', {
      type: 'search', id: 'stall-search', placeholder: t('searchHint'), autocomplete: 'off', autocapitalize: 'off', enterkeyhint: 'search',
      on: { input: (event) => { text = event.target.value; stallsView.update(); } },
    });
    input.value = text;
    const submit = (event) => {
      event.preventDefault();
      const [first] = found(market.stalls?.stalls ?? []);
      if (first) location.hash = `#/stalls/${encodeURIComponent(first.id)}`;
    };
    root.append(
      h('h1', { class: 'quiet' }, t('stalls')),
      h('form', { role: 'search', on: { submit } }, h('label', { for: 'stall-search' }, t('search')), input),
      parts.loading, parts.results,
      h('section', { 'aria-labelledby': 'red-title' }, h('h2', { id: 'red-title' }, t('redList')), parts.red));
  },

  update() {
    const stalls = market.stalls?.stalls;
    parts.loading.hidden = Boolean(stalls);
    if (!stalls) return;
    if (asked !== null) {
      const stall = stalls.find((each) => each.id === asked);
      const devices = (market.devices?.devices ?? [])
        .filter(({ stall: own, place }) => [own, place?.stall, place?.expected_stall].includes(asked))
        .map(({ state, last_success_ms: last, place }) => [state, last, place?.text]);
      draw(parts.answer, [language(), asked, stall ?? null, devices],
        () => (stall ? answer(stall) : h('p', {}, t('noSuchStall', { id: asked }))));
      return;
    }
    const hits = found(stalls);
    draw(parts.results, [language(), text.trim(), hits], () => results(hits) ?? []);
    draw(parts.red, [language(), stalls], () => redList(stalls));
  },
};
