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
  return [device.id, device.address, device.port, device.stall, device.model, device.sys_name, device.serial]
    .some((each) => (each ?? '').toLowerCase().includes(text));
}

function button(state, n) {
  return h('button', {
    type: 'button', 'data-key': state, 'aria-pressed': String(chosen.state === state),
    on: { click: () => choose(state) },
  }, state === 'all' ? `${t('all')} ${n}` : badge(state, `${t(state)} ${n}`));
}

function row(device) {
  return h('tr', { 'data-device': device.id },
    h('td', {}, badge(device.state)),
    h('th', { scope: 'row' }, device.id, h('small', {}, className(device.class), !device.in_design && ` · ${t('notInDesign')}`)),
    h('td', { class: 'roomy' }, device.port ?? '', device.stall && h('small', {}, device.stall)),
    h('td', { class: 'roomier' }, device.address ?? ''),
    h('td', { class: 'roomier' }, device.model, h('small', {}, device.firmware)),
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
  draw(table, [language(), chosen.whole, shown.map(({ age_seconds: _, polls: _polls, round_trip_seconds: _trip, ...rest }) => rest)], () => rows(shown));
}
