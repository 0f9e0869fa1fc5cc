// The page for review: what a person does, and what becomes of it.

import { get, isSaved, onSaving, post, say, settled, undo } from './asking.js';
import { element, Focus, words } from './focus.js';
import { onButtons, onKeys, onSwipe } from './keys.js';
import { Line } from './line.js';
import { isReady, picture, strip } from './strip.js';
import { Sweep } from './sweep.js';

const find = (id) => document.getElementById(id);
const FILTERS = ['day', 'camera', 'kind', 'status', 'said'];
const AHEAD = 4;
const GRID = 120;
const SLOWEST_MS = 60000;

const state = {
  person: localStorage.getItem('weir-person') || '',
  species: [], // with their letters
  count: null,
  digitAt: 0,
  batch: [], // of this clip
  before: null, // the last fish
  problem: '', // why the record could not be read
  times: [],
  left: 0,
  total: 0,
};
const focus = new Focus();
const sweep = new Sweep((chosen, all) => {
  greenWords('sweep-key', 'sweep-words', 'As called');
  find('chosen').textContent = chosen ? `${chosen} of ${all} selected` : `${all} shown`;
});
const line = new Line(ask, progress);
const isSweeping = () => !find('sweep').hidden;

function ask() {
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, find(name).value]));
  return { person: state.person, queue: find('queue').value, ...wanted };
}

// ---- what is left

function progress(left, total) {
  state.left = left;
  state.total = total;
  find('bar').max = Math.max(1, total);
  find('bar').value = total - left;
  const pace = [...state.times].sort((a, b) => a - b)[Math.floor(state.times.length / 2)];
  const minutes = pace ? Math.ceil((pace * left) / 60000) : 0;
  const time = pace && left ? ` · about ${minutes} min` : '';
  find('left').textContent = `${left} of ${total} left${time}`;
}

function decided(number) {
  const now = performance.now();
  if (state.decidedAt) state.times.push(Math.min(SLOWEST_MS, (now - state.decidedAt) / number));
  state.times = state.times.slice(-30);
  state.decidedAt = now;
  progress(Math.max(0, state.left - number), state.total);
}

function status(text, isBad) {
  find('state').textContent = text;
  find('state').classList.toggle('bad', Boolean(isBad));
}

onSaving((unsaved, problem) => {
  if (problem) status(`${unsaved ? `${unsaved} not saved yet: ` : ''}${problem}`, true);
  else if (unsaved) status(`saving ${unsaved}`);
  else status('saved');
  document.body.dataset.saved = String(isSaved());
});

// ---- showing

function show(since) {
  const item = line.current;
  state.batch = [];
  find('selected').textContent = '';
  setCount(item && item.max_n ? item.max_n : null);
  find('note').value = '';
  focus.show(item, since === undefined ? performance.now() : since);
  enterWords();
  ahead();
  for (const next of line.ahead(3 * AHEAD)) picture(next);
  if (!item) nothingLeft().catch((problem) => status(problem.message, true));
}

// The server counted while the last decisions were on their way: it is asked once more.
async function nothingLeft() {
  await settled();
  await refresh();
  if (!line.current && isSaved()) status(state.problem || 'Nothing is left here. Choose another queue above.', state.problem);
}

// Makes the next strips, one after the other: whoever waits now goes before them.
async function ahead() {
  const { current } = line;
  const ready = () => { document.body.dataset.ahead = String(line.ahead(AHEAD).filter(isReady).length || (line.ahead(1).length ? 0 : 'all')); };
  ready();
  if (current) await strip(current, false).done;
  for (const next of line.ahead(AHEAD)) {
    if (line.current !== current) return;
    await strip(next, true).done;
    ready();
  }
}

function enterWords() {
  const item = line.current;
  if (!item) return;
  const fish = { verdict: 'fish', species: item.species || item.label, count: state.count };
  greenWords('enter-key', 'enter-words', `As called: ${words(fish)}`);
}

// The green button is for a fish: as it is called, or where nothing here is called one, a fish.
const isAnyCalled = () => targets().some((item) => item.called === 'fish');

function greenWords(key, text, called) {
  const isCalled = isAnyCalled() || !targets().length;
  find(key).textContent = isCalled ? 'Enter' : 'F';
  find(text).textContent = isCalled ? called : 'A fish';
}

function green(at) {
  if (isAnyCalled()) asCalled(at);
  else decide({ verdict: 'fish', species: '' }, at);
}

function setCount(count) {
  state.count = count;
  find('count').textContent = count === null ? '–' : String(count);
  enterWords();
}

function showSpecies() {
  const named = (one) => {
    const button = element('button', undefined, { type: 'button' });
    if (one.letter) button.append(element('kbd', one.letter.toUpperCase()), ' ');
    button.append(one.species || 'Fish');
    button.addEventListener('click', (event) => {
      if (event.detail) button.blur();
      act('letter', { letter: one.species, at: event.timeStamp });
    });
    return button;
  };
  const more = element('button', undefined, { type: 'button', id: 'search' });
  more.append(element('kbd', '/'), ' Other');
  more.addEventListener('click', () => act('species', {}));
  find('species').replaceChildren(...state.species.map(named), more);
  find('known').replaceChildren(...state.species.map((one) => element('option', undefined, { value: one.species })));
}

const letterOf = (key) => (state.species.find((one) => one.letter === key) || {}).species;

// ---- deciding

function targets() {
  if (isSweeping()) return sweep.targets;
  if (state.batch.length) return state.batch;
  return line.current ? [line.current] : [];
}

function decide(step, at) {
  const items = targets();
  if (!items.length) return;
  const isOne = items.length === 1;
  const typed = isOne || state.isTyped ? state.count : null;
  const whole = { count: step.verdict === 'fish' ? typed : null, note: find('note').value, ...step };
  const ids = items.map((item) => item.id);
  for (let n = 0; n < ids.length; n += 200) {
    say(state.person, { ...whole, items: ids.slice(n, n + 200) }).catch(() => refresh());
  }
  for (const item of items) item.decided = step.verdict;
  if (step.verdict === 'watched') {
    for (const item of line.items) if (items.some((one) => one.sha256 === item.sha256)) item.decided = 'watched';
  }
  if (step.verdict === 'fish' && isOne) state.before = { ...whole, item: items[0] };
  state.isTyped = false;
  decided(items.length);
  if (isSweeping()) {
    for (const item of items) {
      const known = line.known.get(item.id);
      if (known) known.decided = step.verdict;
    }
    sweep.remove(items);
    if (!sweep.cards.size) showGrid();
  } else {
    line.forward().then(() => show(at)).catch((problem) => status(problem.message, true));
  }
}

function asCalled(at) {
  const items = targets();
  const fish = items.filter((item) => item.called === 'fish');
  if (fish.length && fish.length < items.length) {
    status('Some of these are called a fish and some are not; select fewer.', true);
    return;
  }
  decide(fish.length ? { verdict: 'fish', species: null } : { verdict: 'not' }, at);
}

function sameFish(at) {
  const { before } = state;
  if (!before) {
    status('No fish was decided before.', true);
    return;
  }
  const { item } = before;
  const note = `the same fish as in ${item.clip}, frames ${item.first} to ${item.last}`;
  const own = find('note').value;
  const species = before.species === null ? item.species : before.species;
  decide({ verdict: 'fish', species, note: own ? `${own}; ${note}` : note }, at);
}

async function selectClip() {
  const item = line.current;
  if (!item) return;
  const answer = await post('/next', { ...ask(), clip: item.sha256, after: '', count: 500, holding: [] });
  if (line.current !== item) return;
  state.batch = answer.items.filter((one) => !(line.known.get(one.id) || {}).decided)
    .map((one) => line.known.get(one.id) || one);
  if (!state.batch.includes(item)) state.batch.push(item);
  find('selected').textContent = `${state.batch.length} of this clip are selected; the next key decides them all. Esc: none.`;
}

async function takeBack(at) {
  const answer = await undo(state.person);
  if (!answer.taken) {
    status('There is nothing of yours to take back.');
    return;
  }
  status(`taken back: ${answer.taken} ${answer.taken === 1 ? 'decision' : 'decisions'}`);
  progress(Math.min(state.total, state.left + answer.taken), state.total);
  line.restore(answer.items);
  if (isSweeping()) showGrid();
  else show(at);
}

// ---- what keys and buttons do

const ACTS = {
  enter: ({ at }) => asCalled(at),
  green: ({ at }) => green(at),
  not: ({ at }) => decide({ verdict: 'not' }, at),
  unsure: ({ at }) => decide({ verdict: 'unsure' }, at),
  letter: ({ at, letter }) => decide({ verdict: 'fish', species: letter }, at),
  watched: ({ at }) => decide({ verdict: 'watched' }, at),
  same: ({ at }) => sameFish(at),
  undo: ({ at }) => takeBack(at),
  clip: () => (isSweeping() ? sweep.all(true) : selectClip()),
  none: () => {
    state.batch = [];
    find('selected').textContent = '';
    if (isSweeping()) sweep.all(false);
  },
  note: () => find('note').focus(),
  species: () => find('asking-species').showModal(),
  help: () => find('helping').showModal(),
  digit: ({ key, at }) => {
    const isSecond = at - state.digitAt < 800 && state.count;
    state.digitAt = at;
    state.isTyped = true;
    setCount(Math.min(999, Number(isSecond ? `${state.count}${key}` : key)) || null);
  },
  more: () => { state.isTyped = true; setCount((state.count || 0) + 1); },
  fewer: () => { state.isTyped = true; setCount(state.count > 1 ? state.count - 1 : null); },
  play: () => {
    if (isSweeping()) {
      if (sweep.focused) sweep.toggle(sweep.focused.item.id);
      return;
    }
    focus.player.playing = !focus.player.playing;
    showPlaying();
  },
  back: () => still(-1),
  on: () => still(1),
  previous: ({ at }) => walk('previous', at),
  following: ({ at }) => walk('following', at),
  up: () => walk('up'),
  down: () => walk('down'),
};

function still(by) {
  focus.player.playing = false;
  showPlaying();
  focus.player.step(by);
}

function showPlaying() {
  const { playing } = focus.player;
  find('play').textContent = playing ? '❚❚' : '▶';
  find('play').setAttribute('aria-label', playing ? 'Pause' : 'Play');
}

async function walk(what, at) {
  if (isSweeping()) {
    sweep.move(what);
  } else if (what === 'previous' || what === 'following') {
    await line.step(what === 'previous' ? -1 : 1);
    show(at);
  }
}

function act(what, more) {
  if (!state.person && what !== 'help') {
    askPerson();
    return;
  }
  Promise.resolve(ACTS[what](more)).catch((problem) => status(problem.message, true));
}

// ---- queues, filters, views

function fillSelect(id, values, name) {
  const select = find(id);
  const chosen = select.value;
  const all = element('option', name, { value: '' });
  select.replaceChildren(all, ...values.map((value) => element('option', value, { value })));
  select.value = values.includes(chosen) ? chosen : '';
}

async function refresh() {
  const wanted = new URLSearchParams(FILTERS.map((name) => [name, find(name).value || '']));
  const content = await get(`/overview?${wanted}`);
  const asked = new URLSearchParams(location.search).get('queue');
  const chosen = find('queue').value || asked || 'work';
  find('queue').replaceChildren(...content.queues.map((queue) => element(
    'option', `${queue.title} (${queue.left})`, { value: queue.name, title: queue.words },
  )));
  find('queue').value = content.queues.some((queue) => queue.name === chosen) ? chosen : 'work';
  fillSelect('day', content.choices.day, 'every day');
  fillSelect('camera', content.choices.camera, 'every camera');
  fillSelect('kind', content.choices.kind, 'every kind');
  fillSelect('status', content.choices.status, 'every status');
  fillSelect('said', content.choices.said, 'what is to do');
  if (location.search) history.replaceState(null, '', '/'); // the token is in the cookie now
  state.species = content.letters;
  showSpecies();
  const own = content.queues.find((queue) => queue.name === find('queue').value);
  progress(own.left, own.total);
  state.problem = content.problem;
  if (content.problem) status(content.problem, true);
}

async function begin() {
  await settled();
  line.clear();
  await line.more();
  line.go(0);
  if (isSweeping()) await showGrid();
  else show();
}

async function showGrid() {
  await settled(); // what was just decided is not shown again
  const scope = find('scope').value;
  const item = line.current || line.items[line.items.length - 1];
  const more = !scope || !item ? {} : { clip: { clip: item.sha256 }, day: { day: item.day }, kind: { kind: item.kind } }[scope];
  const answer = await post('/next', { ...ask(), ...more, after: '', count: GRID, holding: [] });
  sweep.show(answer.items);
  progress(answer.left, answer.total);
}

async function toggleView() {
  const toSweep = find('sweep').hidden;
  find('sweep').hidden = !toSweep;
  find('focus').hidden = toSweep;
  document.body.dataset.view = toSweep ? 'sweep' : 'focus';
  find('view').textContent = toSweep ? 'Focus' : 'Sweep';
  find('view').setAttribute('aria-pressed', String(toSweep));
  if (toSweep) await showGrid();
  else await begin();
}

// ---- people

function askPerson() {
  find('name').value = state.person;
  find('asking-person').showModal();
}

find('asking-person').addEventListener('close', () => {
  const name = find('name').value.trim();
  if (!name) {
    if (!state.person) askPerson();
    return;
  }
  const isOther = name !== state.person;
  state.person = name;
  localStorage.setItem('weir-person', name);
  find('person').textContent = name;
  if (isOther) begin().catch((problem) => status(problem.message, true));
});
find('asking-species').addEventListener('close', () => {
  const name = find('wanted').value.trim();
  find('wanted').value = '';
  if (!name) return;
  act('letter', { letter: name, at: performance.now() });
  if (!state.species.some((one) => one.species === name)) {
    state.species.push({ letter: '', species: name });
    showSpecies();
  }
});
find('no-species').addEventListener('click', () => {
  find('wanted').value = '';
  find('asking-species').close();
});
find('asking-species').addEventListener('cancel', () => { find('wanted').value = ''; });
find('note').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' || event.key === 'Escape') {
    event.preventDefault();
    if (event.key === 'Escape') find('note').value = '';
    find('note').blur();
  }
});

// ---- the beginning

onKeys(act, letterOf);
onButtons({
  enter: 'green', not: 'not', unsure: 'unsure', undo: 'undo', fewer: 'fewer', more: 'more', same: 'same',
  watched: 'watched', clip: 'clip', previous: 'previous', following: 'following', play: 'play', back: 'back',
  on: 'on', help: 'help', all: 'clip', none: 'none', 'sweep-enter': 'green', 'sweep-not': 'not',
  'sweep-unsure': 'unsure', 'sweep-undo': 'undo',
}, act);
onSwipe(find('canvas'), act);
find('view').addEventListener('click', (event) => {
  if (event.detail) event.currentTarget.blur();
  toggleView().catch((problem) => status(problem.message, true));
});
find('person').addEventListener('click', askPerson);
for (const id of ['queue', ...FILTERS]) {
  find(id).addEventListener('change', () => {
    find(id).blur();
    begin().then(refresh).catch((problem) => status(problem.message, true));
  });
}
find('scope').addEventListener('change', () => {
  find('scope').blur();
  showGrid().catch((problem) => status(problem.message, true));
});
setInterval(() => {
  if (!document.hidden && state.person) line.hold();
}, 20000);

showPlaying();
if (state.person) find('person').textContent = state.person;
refresh().then(() => (state.person ? begin() : askPerson())).catch((problem) => status(problem.message, true));
