// The frame around the three views: which one the address asks for, language, and how old the
// data is. A view is {lists, mount(root, argument), update()}.

import { ageSeconds, isStale, market, onChange, start, want } from './data.js';
import { draw, h } from './dom.js';
import { chooseLanguage, duration, language, setLanguage, t, timeText } from './words.js';
import { auditView } from './audit.js';
import { nocView } from './noc.js';
import { count } from './pieces.js';
import { stallsView } from './stalls.js';

const VIEWS = { noc: nocView, stalls: stallsView, audit: auditView };
const byId = (id) => document.getElementById(id);
let name = 'noc';

function addressed() {
  const [view, argument] = location.hash.replace(/^#\/?/, '').split('/');
  let decoded = null;
  try {
    decoded = argument ? decodeURIComponent(argument) : null;
  } catch { /* not an id of ours */ }
  return { view: view in VIEWS ? view : 'noc', argument: decoded };
}

function drawFrame() {
  document.title = `${t(name)} · ${market.status?.site.name || t('title')}`;
  byId('skip').textContent = t('skip');
  byId('language').textContent = t('otherLanguage');
  byId('language').lang = language() === 'ko' ? 'en' : 'ko';
  byId('site').textContent = market.status?.site.name || t('title');
  const tabs = byId('tabs');
  tabs.setAttribute('aria-label', t('tabs'));
  draw(tabs, [language(), name], () => Object.keys(VIEWS).map((each) => h('a', {
    href: `#/${each}`, 'data-key': each, 'aria-current': each === name ? 'page' : null,
  }, t(each))));
}

function show() {
  const asked = addressed();
  name = asked.view;
  drawFrame();
  const main = byId('main');
  main.replaceChildren();
  VIEWS[name].mount(main, asked.argument);
  want(...VIEWS[name].lists);
  VIEWS[name].update();
  window.scrollTo(0, 0);
}

/** What stands above everything: old data first, then what is wrong with the monitor itself. */
function bannerText() {
  const age = ageSeconds();
  if (age === null) return performance.now() > 5_000 ? t('bannerNone') : '';
  if (isStale()) return t('bannerStale', { at: timeText(market.status.at_ms) });
  const { store, config_reload: reload } = market.status;
  if (!store.ok) return t('bannerStore', { error: store.error });
  if (!reload.ok) return t('bannerReload', { at: timeText(reload.at_ms) });
  return '';
}

function tick() {
  const age = ageSeconds();
  const stale = isStale();
  const chip = byId('age');
  document.body.classList.toggle('stale', stale && age !== null);
  chip.className = `age ${age === null ? 'none' : stale ? 'old' : 'fresh'}`;
  chip.textContent = age === null ? t('ageNone') : t(stale ? 'ageStale' : 'ageNow', { age: duration(age) });
  const text = bannerText();
  const banner = byId('banner');
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = text === '';
  document.querySelectorAll('[data-since-ms]').forEach(count);
}

function switchLanguage() {
  setLanguage(language() === 'ko' ? 'en' : 'ko');
  show();
  tick();
}

chooseLanguage();
byId('language').addEventListener('click', switchLanguage);
byId('skip').addEventListener('click', (event) => {
  event.preventDefault(); // the fragment is the view's address
  byId('main').focus();
});
window.addEventListener('hashchange', () => {
  show();
  tick();
  byId('main').focus({ preventScroll: true });
});
onChange(() => {
  drawFrame();
  VIEWS[name].update();
  tick();
});
show();
tick();
setInterval(tick, 1_000);
start();
