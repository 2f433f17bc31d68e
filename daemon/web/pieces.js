// Small things that every view shows the same way: a state, a counted time, a stall, a device class.

import { serverNow } from './data.js';
import { h } from './dom.js';
import { duration, lookOf, t } from './words.js';

export function badge(state, text = t(state)) {
  const { look, icon } = lookOf(state);
  return h('span', { class: `badge ${look}` }, h('span', { class: 'icon', 'aria-hidden': 'true' }, icon), text);
}

/** A time that the frame keeps counting: "12분 전". */
export function ticking(sinceMs, words, at = '') {
  const node = h('span', { 'data-since-ms': sinceMs, 'data-words': words, 'data-at': at });
  count(node);
  return node;
}

/** Brings a counted time up to now; touches it only when its words change. */
export function count(node) {
  const { sinceMs, words, at } = node.dataset;
  const text = t(words, { age: duration((serverNow() - Number(sinceMs)) / 1000), at });
  if (node.textContent !== text) node.textContent = text;
}

export const stallLink = (id, label = id) => h('a', { href: `#/stalls/${encodeURIComponent(id)}`, 'data-key': `stall ${id}` }, label);

export function className(name) {
  const key = `class_${name}`;
  const words = t(key);
  return words === key ? name : words;
}
