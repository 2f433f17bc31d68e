// The table of devices, with a filter by state and by text. Part of 현황.

import { market } from './data.js';
import { draw, h } from './dom.js';
import { badge, className, ticking } from './pieces.js';
import { language, t } from './words.js';

/** Worst first; also the order of the filter's buttons. */
const STATES = ['down', 'unreachable', 'suspect', 'unknown', 'up'];
/** Rows shown at first: the worst come first, and a market has hundreds that are well. */
const ROWS_MAX = 25;
/** Kept while the page is open, whatever view is shown in between. */
const chosen = { state: 'all', text: '', whole: false };
let buttons;
let table;

export function devicesSection() {
  buttons = h('div', { class: 'filters', role: 'group', 'aria-label': t('state') });
  table = h('div', { class: 'scroll' });
  const input = h('input', {
    type: 'search', id: 'device-filter', placeholder: t('filterHint'), autocomplete: 'off',
    on: { input: (event) => { chosen.text = event.target.value; updateDevices(); } },
  });
  input.value = chosen.text;
  return h('section', { class: 'wide', 'aria-labelledby': 'devices-title' },
    h('h2', { id: 'devices-title' }, t('devices')), buttons,
    h('label', { for: 'device-filter' }, t('filter')), input, table);
}

function choose(state) {
  chosen.state = state;
  updateDevices();
}

function fits(device) {
  if (chosen.state !== 'all' && device.state !== chosen.state) return false;
  const text = chosen.text.trim().toLowerCase();
  if (!text) return true;
  const place = device.place ?? {};
  return [device.id, device.address, device.port, device.stall, device.model, device.vendor, device.sys_name, device.serial,
    `${place.device}/${place.port}`, place.stall]
    .some((each) => (each ?? '').toLowerCase().includes(text));
}

function button(state, n) {
  return h('button', {
    type: 'button', 'data-key': state, 'aria-pressed': String(chosen.state === state),
    on: { click: () => choose(state) },
  }, state === 'all' ? `${t('all')} ${n}` : badge(state, `${t(state)} ${n}`));
}

/** Where it is, as switches see it; a mark when the design wants it elsewhere, or nobody saw it. */
function placeCell(device) {
  const place = device.place?.device ? device.place : null;
  const at = place ? [place.device, place.port].filter(Boolean).join('/') : device.port;
  const stall = place ? place.stall : device.stall;
  if (place?.agreement === 'wrong-port') {
    return [badge('misplaced', at), h('small', {}, t('designWants', { port: place.expected.join(', ') }))];
  }
  const unseen = !place && device.port && device.place?.agreement === 'not-seen';
  return [at ?? '', (stall || unseen) && h('small', {}, [stall, unseen && t('byDesignOnly')].filter(Boolean).join(' · '))];
}

const stateOf = (device) => (device.silent && device.state === 'unknown' ? 'seen' : device.state);

function row(device) {
  return h('tr', { 'data-device': device.id },
    h('td', {}, badge(stateOf(device))),
    h('th', { scope: 'row' }, device.id, h('small', {}, className(device.class), !device.in_design && ` · ${t('notInDesign')}`)),
    h('td', { class: 'roomy' }, placeCell(device)),
    h('td', { class: 'roomier' }, device.address ?? ''),
    h('td', { class: 'roomier' }, device.model || device.vendor, h('small', {}, device.firmware)),
    h('td', {}, device.last_success_ms ? ticking(device.last_success_ms, 'ago') : t('never')));
}

function showAll() {
  chosen.whole = true;
  updateDevices();
}

function rows(devices) {
  if (devices.length === 0) return h('p', { class: 'note' }, t('noDevices'));
  const head = (name, size) => h('th', { scope: 'col', class: size }, t(name));
  const more = devices.length > ROWS_MAX && !chosen.whole;
  return [h('table', {},
    h('thead', {}, h('tr', {}, head('state'), head('device'), head('place', 'roomy'), head('address', 'roomier'), head('model', 'roomier'), head('lastReply'))),
    h('tbody', {}, devices.slice(0, chosen.whole ? Infinity : ROWS_MAX).map(row))),
  more && h('button', { type: 'button', class: 'more', 'data-key': 'more', on: { click: showAll } }, t('showAll', { n: devices.length }))];
}

export function updateDevices() {
  const all = market.devices.devices;
  const count = (state) => all.filter((device) => device.state === state).length;
  const shown = all.filter(fits).sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  draw(buttons, [language(), chosen.state, STATES.map(count), all.length],
    () => [button('all', all.length), STATES.filter((state) => count(state) > 0 || chosen.state === state).map((state) => button(state, count(state)))]);
  draw(table, [language(), chosen.whole, shown.map(({ age_seconds: _, polls: _polls, round_trip_seconds: _trip, place, ...rest }) => [rest, place?.text])], () => rows(shown));
}
