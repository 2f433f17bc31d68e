// What a person sees: the page in Chromium, against the real server with an invented market.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import axe from 'axe-core';
import { DESK, openPage, PHONE, startBrowser, startServer } from './fixture.js';

const SHOTS = process.env.MARKET_SHOTS;
let server;
let browser;

before(async () => {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(() => {
  server.say('fresh');
  server.say('calm');
});

async function withPage(path, options, look) {
  const opened = await openPage(browser, server.origin, path, options);
  opened.page.setDefaultTimeout(60_000); // not a promise of the page: the machine may be busy compiling
  try {
    await look(opened.page);
    assert.deepEqual(opened.faults, []);
    assert.notEqual(await opened.page.title(), 'owned');
  } finally {
    await opened.close();
  }
}

async function shoot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

/** Rules of WCAG A and AA that axe can judge; what it finds is named with its place. */
async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3)}`), []);
}

async function assertFitsWidth(page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, 'the page scrolls sideways');
}

/** Everything to be touched is 48 px high, but links inside running text and lists of names. */
async function assertTouchable(page) {
  const small = await page.evaluate(() => [...document.querySelectorAll('button, .tabs a, input, summary, .links a, .back')]
    .filter((node) => node.offsetParent !== null || node.closest('.tabs'))
    .filter((node) => node.getBoundingClientRect().height < 47.5)
    .map((node) => `${node.outerHTML.slice(0, 80)} ${node.getBoundingClientRect().height}`));
  assert.deepEqual(small, []);
}

const headline = (page) => page.locator('.headline').first();

describe('현황', () => {
  test('says in one line how many stalls cannot be paid, and counts by method', async () => {
    await withPage('/', {}, async (page) => {
      await headline(page).getByText('일부라도 결제가 안 되는 점포 2곳').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
      const card = page.locator('[data-method=card]');
      assert.match(await card.innerText(), /불가 2곳/);
      assert.match(await card.innerText(), /미확인 1/);
      assert.match(await card.innerText(), /영업종료 1/);
      assert.match(await page.locator('[data-method=qr]').innerText(), /모두 가능/);
      await assertFitsWidth(page);
      await assertTouchable(page);
      await assertAccessible(page);
      await shoot(page, 'noc-calm-ko-phone');
    });
  });

  test('follows the market live: one card for one cause, and what still works', async () => {
    await withPage('/', { viewport: DESK }, async (page) => {
      await headline(page).getByText('일부라도 결제가 안 되는 점포 2곳').waitFor();
      server.say('switch-down');
      await headline(page).getByText('일부라도 결제가 안 되는 점포 13곳').waitFor();
      const incident = page.locator('[data-cause=sw-b1]');
      assert.match(await incident.innerText(), /스위치 sw-b1에서 응답이 없습니다/);
      assert.match(await incident.innerText(), /영향 점포 11곳/);
      assert.match(await incident.innerText(), /뒤에서 도달할 수 없는 장치 12대/);
      assert.match(await incident.innerText(), /제로페이 QR: 11곳 중 11곳/);
      assert.match(await incident.innerText(), /12분째/);
      await incident.getByText('영향 점포 11곳').click();
      await incident.getByRole('link', { name: 'B-113' }).waitFor();
      await assertAccessible(page);
      await shoot(page, 'noc-switch-down-ko-desktop');
      await page.setViewportSize(PHONE);
      await assertFitsWidth(page);
      await shoot(page, 'noc-switch-down-ko-phone');
    });
  });

  test('says that all is well only when all is known to be well', async () => {
    server.say('perfect');
    await withPage('/', { viewport: DESK }, async (page) => {
      await headline(page).getByText('모든 점포 결제 가능').waitFor();
      await page.getByText('확인된 장애 없음', { exact: true }).waitFor();
      await shoot(page, 'noc-perfect-ko-desktop');
    });
  });

  test('filters devices by state and by text, and shows the unknown as unknown', async () => {
    await withPage('/', { viewport: DESK }, async (page) => {
      const row = page.locator('tr[data-device=T-9005]');
      await row.waitFor();
      assert.match(await row.innerText(), /미확인/);
      assert.equal(await row.locator('.badge.unknown').count(), 1);
      await page.locator('.filters [data-key=unknown]').click();
      assert.deepEqual(await page.locator('tbody tr').evaluateAll((rows) => rows.map((each) => each.dataset.device)), ['T-9005', 'mac:02:00:00:00:ff:01'].sort());
      await page.locator('.filters [data-key=all]').click();
      await page.getByLabel('장치 찾기').fill('sw-b');
      assert.equal(await page.locator('tbody tr[data-device=sw-b1]').count(), 1);
      assert.equal(await page.locator('tbody tr[data-device=sw-a1]').count(), 0);
    });
  });

  test('shows where a device really is, and what was found', async () => {
    await withPage('/', { viewport: DESK }, async (page) => {
      const row = page.locator('tr[data-device=T-9001]');
      await page.getByLabel('장치 찾기').fill('A-104');
      await row.waitFor();
      assert.match(await row.innerText(), /sw-a1\/6\s+설계: sw-a1\/3/);
      const finding = page.locator('[data-finding="wrong-port:T-9001"]');
      assert.match(await finding.innerText(), /다른 포트에 연결\s+T-9001/);
      await finding.locator('summary').click();
      await finding.getByText('the design says sw-a1/3 (stall A-101)').waitFor();
      assert.equal(await page.locator('[data-finding]').count(), 2);
      await shoot(page, 'findings-ko-desk');
    });
    server.say('perfect');
    await withPage('/', { viewport: DESK }, async (page) => {
      await page.getByText('발견 사항 없음').waitFor();
    });
  });

  test('keeps the open list and the focus while new data arrives', async () => {
    server.say('switch-down');
    await withPage('/', { viewport: DESK }, async (page) => {
      await page.locator('[data-cause=sw-b1] summary').first().click();
      await page.getByLabel('장치 찾기').fill('T-');
      const age = await page.locator('#age').innerText();
      server.say('service-down');
      await page.locator('[data-cause=van-a]').waitFor();
      server.say('switch-down');
      await page.locator('[data-cause=sw-b1]').waitFor();
      assert.equal(await page.getByLabel('장치 찾기').inputValue(), 'T-');
      assert.ok(await page.getByLabel('장치 찾기').evaluate((node) => node === document.activeElement));
      assert.match(age, /초 전 자료/);
    });
  });

  test('warns when records cannot be kept', async () => {
    server.say('store-full');
    await withPage('/', {}, async (page) => {
      await page.getByRole('alert').getByText('database or disk is full').waitFor();
    });
  });
});

describe('a change that waits', () => {
  test('is said with its deadline, until nobody waits any more', async () => {
    server.say('awaiting');
    await withPage('/', {}, async (page) => {
      await page.getByText(/변경 확인 대기: .* KST까지/).waitFor();
      await assertFitsWidth(page);
      await assertAccessible(page);
      await shoot(page, 'noc-awaiting-ko-phone');
      server.say('calm');
      await page.getByText('변경 확인 대기').waitFor({ state: 'detached' });
    });
  });
});

describe('drift', () => {
  test('is told by device and class, with what is and what should be', async () => {
    server.say('calm');
    await withPage('/', {}, async (page) => {
      const drift = page.locator('dt', { hasText: '적용 후 변동' }).locator('xpath=following-sibling::dd[1]');
      await drift.waitFor();
      assert.match(await drift.innerText(), /sw-a1 port 2건/);
      assert.match(await drift.innerText(), /port\[3\]\.pvid is 20, designed 10/);
      await assertFitsWidth(page);
      await assertAccessible(page);
      await shoot(page, 'noc-drift-ko-phone');
      server.say('perfect');
      await drift.getByText('없음').waitFor();
    });
  });
});

describe('age of data', () => {
  test('old data is red, said to be old, and loses its colours', async () => {
    server.say('old');
    await withPage('/', {}, async (page) => {
      await page.locator('#age.old').getByText('지난 자료').waitFor();
      assert.match(await page.locator('#age').innerText(), /2분|12\d초/);
      assert.match(await page.getByRole('alert').innerText(), /지금 상태가 아닙니다/);
      assert.ok(await page.evaluate(() => document.body.classList.contains('stale')));
      await assertAccessible(page);
      await shoot(page, 'noc-stale-ko-phone');
      server.say('fresh');
      await page.locator('#age.fresh').waitFor();
      assert.ok(await page.getByRole('alert').isHidden());
    });
  });

  test('is told by the server, whatever the clock of the phone says', async () => {
    await withPage('/', {}, async (page) => {
      await page.clock.setFixedTime(new Date('2031-05-05T05:05:05Z'));
      await page.reload();
      await page.locator('#age.fresh').getByText(/^\d초 전 자료$/).waitFor();
    });
  });

  test('grows while the server is away, and recovers by itself when it is back', async () => {
    await withPage('/', { clock: true }, async (page) => {
      await page.locator('#age.fresh').waitFor();
      server.say('stop');
      await page.clock.fastForward(60_000);
      await page.locator('#age.old').waitFor();
      server.say('start');
      await page.clock.fastForward(40_000);
      await page.locator('#age.fresh').waitFor();
    });
  });

  test('a first visit without a server says that there is none', async () => {
    await withPage('/', { clock: true }, async (page) => {
      await page.locator('#age.fresh').waitFor();
      await page.route('**/api/v1/**', (route) => route.abort());
      await page.reload();
      await page.clock.fastForward(8_000);
      await page.getByRole('alert').getByText('감시 서버에 연결하지 못했습니다').waitFor();
      assert.equal(await page.locator('#age').innerText(), '자료 없음');
    });
  });
});

describe('점포', () => {
  test('finds a stall by a part of its number and says what to do', async () => {
    await withPage('/#/stalls', {}, async (page) => {
      await page.getByLabel('점포 찾기').fill('a102');
      await shoot(page, 'stalls-search-ko-phone');
      await page.keyboard.press('Enter');
      const answer = page.locator('[data-stall=A-102]');
      await answer.waitFor();
      const words = await answer.innerText();
      assert.match(words, /일부 결제 불가/);
      assert.match(words, /스위치 sw-a1 4번 포트에 링크가 없습니다/);
      assert.match(words, /양쪽 끝을 다시 꽂으세요/);
      assert.match(words, /제로페이 QR\s+✓\s*가능/);
      await assertFitsWidth(page);
      await assertTouchable(page);
      await assertAccessible(page);
      await shoot(page, 'stall-port-ko-phone');
    });
  });

  test('gives each broken hop its own advice', async () => {
    for (const [stall, words] of [['A-103', /VLAN.*marketctl plan/s], ['A-105', /단말기 T-9005를 아직 확인하지 못했습니다/], ['A-101', /결제 가능/], ['A-108', /영업 종료/], ['B-124', /빈점포/], ['X-1', /설계에 없습니다/]]) {
      await withPage(`/#/stalls/${stall}`, {}, async (page) => {
        await page.locator('main').getByText(words).first().waitFor().catch(() => {});
        await page.waitForFunction(() => document.querySelector('main').innerText.length > 20);
        assert.match(await page.locator('main').innerText(), words, stall);
      });
    }
    server.say('service-down');
    await withPage('/#/stalls/A-101', {}, async (page) => {
      await page.getByText('밴사(van-a)에 장애를 신고하세요.').waitFor();
      await page.getByText('점포 쪽 문제가 아닙니다.').waitFor();
    });
  });

  test('sends a cable in the wrong socket home, from both of its stalls', async () => {
    await withPage('/#/stalls/A-101', {}, async (page) => {
      await page.getByText('단말기 케이블이 스위치 sw-a1 6번 포트(점포 A-104)에 꽂혀 있습니다.').waitFor();
      await page.getByText('케이블을 스위치 sw-a1 3번 포트로 옮겨 꽂으세요.').waitFor();
      await assertFitsWidth(page);
      await assertTouchable(page);
      await assertAccessible(page);
      await shoot(page, 'stall-wrong-port-ko-phone');
    });
    await withPage('/?lang=en#/stalls/A-104', {}, async (page) => {
      await page.getByText('T-9001 is plugged in at switch sw-a1 port 6, which belongs to this stall.').waitFor();
      await page.getByText('It is the terminal of stall A-101: move it there.').waitFor();
      await shoot(page, 'stall-foreign-en-phone');
    });
  });

  test('shows hostile names as text', async () => {
    await withPage('/#/stalls', {}, async (page) => {
      await page.getByLabel('점포 찾기').fill('<script>');
      await page.getByRole('link', { name: /가\/11 <b>/ }).click();
      await page.locator('h1').getByText("<script>document.title='owned'</script>").waitFor();
      assert.equal(await page.locator('main b, main script, main img').count(), 0);
    });
  });

  test('lists stalls not yet verified in order, with progress', async () => {
    await withPage('/#/stalls', { viewport: DESK }, async (page) => {
      await page.getByText('확인 22 / 23곳').waitFor();
      assert.deepEqual(await page.locator('ol.links strong').allInnerTexts(), ['A-105']);
      await shoot(page, 'stalls-ko-desktop');
      server.say('perfect');
      await page.getByText('모든 점포가 확인되었습니다').waitFor();
    });
  });
});

describe('감리', () => {
  test('reads devices only when asked, then counts and lists what differs', async () => {
    await withPage('/#/audit', { viewport: DESK }, async (page) => {
      await page.getByText('아직 대조하지 않았습니다').waitFor();
      await page.getByRole('button', { name: '지금 읽고 대조' }).click();
      await page.locator('[data-verdict=same] .number').waitFor();
      const counts = await page.locator('.counts .number').allInnerTexts();
      assert.deepEqual(counts, ['40', '1', '1', '1', '1']);
      const words = await page.locator('main').innerText();
      for (const each of ['/etc/marketd/market.yaml', '9f2c61d4a7b8', 'KST', 'port[5].pvid', 'market.yaml:62:7', 'no answer within 4500 ms']) assert.ok(words.includes(each), each);
      await assertAccessible(page);
      await shoot(page, 'audit-ko-desktop');
      await page.setViewportSize(PHONE);
      await assertFitsWidth(page);
      await assertTouchable(page);
      await shoot(page, 'audit-ko-phone');
    });
  });
});

describe('frame', () => {
  test('speaks English when asked, and remembers', async () => {
    await withPage('/', { viewport: DESK }, async (page) => {
      await page.getByRole('button', { name: 'English' }).click();
      await headline(page).getByText('Stalls where some payment fails: 2').waitFor();
      await page.reload();
      await headline(page).getByText('Stalls where some payment fails: 2').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      assert.doesNotMatch(await page.locator('main').innerText(), /점포 \d+곳|미확인/);
      await shoot(page, 'noc-calm-en-desktop');
    });
    for (const [path, name] of [['/?lang=en#/noc', 'noc'], ['/?lang=en#/stalls/A-102', 'stall'], ['/?lang=en#/audit', 'audit']]) {
      await withPage(path, { viewport: { width: 360, height: 740 } }, async (page) => {
        await page.locator('#age.fresh').waitFor();
        await page.waitForFunction(() => document.querySelector('main').innerText.length > 60);
        await assertFitsWidth(page);
        await shoot(page, `${name}-en-360`);
      });
    }
  });

  test('can be used with the keyboard alone', async () => {
    await withPage('/', { viewport: DESK }, async (page) => {
      await page.locator('#age.fresh').waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'skip');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), '점포');
      await page.keyboard.press('Enter');
      await page.getByLabel('점포 찾기').waitFor();
      assert.equal(await page.evaluate(() => location.hash), '#/stalls');
    });
  });

  test('keeps its contrast in the dark', async () => {
    server.say('switch-down');
    for (const path of ['/', '/#/stalls/B-113', '/#/stalls']) {
      await withPage(path, { colorScheme: 'dark' }, async (page) => {
        await page.locator('#age.fresh').waitFor();
        await page.waitForFunction(() => document.querySelector('main').innerText.length > 60);
        await assertAccessible(page);
        await shoot(page, `dark${path.replace(/\W+/g, '-')}`);
      });
    }
  });
});
