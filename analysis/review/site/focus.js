// The focus view: one item, large. Everything is put in as text, never as markup.

import { isReady, picture, Player, strip } from './strip.js';

const find = (id) => document.getElementById(id);
const AROUND = { before: 'before', after: 'after', inside: 'the moment' };

export function element(name, text, more) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return Object.assign(made, more || {});
}

export class Focus {
  constructor() {
    this.player = new Player(find('canvas'), (n, at, of, inside) => {
      const where = inside ? 'inside' : n < this.item.first ? 'before' : 'after';
      find('frame').textContent = `frame ${n} · ${at} of ${of} · ${AROUND[where]}`;
    });
    this.item = null;
  }

  // Shows an item. The picture that is there soonest comes first: strip, snapshot, nothing.
  show(item, since) {
    this.item = item;
    this.since = since;
    this.isPictured = false;
    find('gone').hidden = true;
    find('frame').textContent = '';
    document.body.dataset.item = item ? item.id : '';
    document.body.dataset.picture = '';
    if (!item) return this.nothing();
    this.words(item);
    const ready = isReady(item);
    if (ready) {
      this.player.play(item, ready);
      this.pictured('strip');
      return undefined;
    }
    this.blank('decoding');
    const snapshot = picture(item);
    const still = () => {
      if (this.item !== item || this.player.frames.length || !snapshot.naturalWidth) return;
      this.player.still(item, snapshot);
      this.pictured('snapshot');
    };
    if (snapshot.complete) still();
    else snapshot.addEventListener('load', still, { once: true });
    const made = strip(item, false);
    made.done.then(() => {
      if (this.item !== item) return;
      if (made.frames) {
        this.player.play(item, made);
        this.pictured('strip');
      } else {
        this.gone(made.problem);
      }
    });
    return undefined;
  }

  pictured(source) {
    document.body.dataset.picture = source;
    if (source === 'strip') find('gone').hidden = true;
    if (this.isPictured && source !== 'strip') return;
    const { item, since } = this;
    const name = this.isPictured ? 'strip' : 'picture';
    this.isPictured = true;
    requestAnimationFrame(() => {
      performance.measure(name, { start: since, end: performance.now(), detail: { item: item.id, source } });
    });
  }

  gone(problem) {
    find('gone').textContent = problem;
    find('gone').hidden = false;
    document.body.dataset.picture = document.body.dataset.picture || 'none';
  }

  blank(text) {
    this.player.stop();
    const canvas = find('canvas');
    const ink = canvas.getContext('2d');
    ink.fillStyle = '#0b1014';
    ink.fillRect(0, 0, canvas.width, canvas.height);
    find('frame').textContent = text;
  }

  nothing() {
    this.blank('');
    find('called').textContent = 'Nothing left in this queue';
    for (const id of ['doubts', 'facts', 'others', 'caption']) find(id).replaceChildren();
    find('enter-key').textContent = 'Enter';
    find('enter-words').textContent = 'As called';
    find('canvas').setAttribute('aria-label', 'Nothing left in this queue');
  }

  words(item) {
    const name = item.species || item.label;
    const title = { encounter: name, moment: 'Something moved', lost: 'Decided before, and not found now' };
    find('called').textContent = title[item.sort] + (item.status && item.status !== 'counted' ? ` · ${item.status}` : '');
    find('doubts').replaceChildren(...item.doubts.map((words) => element('li', words)));
    const facts = [];
    if (item.sort === 'encounter') facts.push([item.label, item.score.toFixed(3)]);
    if (item.species) facts.push([item.species, item.species_score === null ? '–' : item.species_score.toFixed(3)]);
    if (item.sort === 'moment') facts.push(['Rank', item.rank], ['Stands out', item.score.toFixed(1)]);
    if (item.local) facts.push([item.local.endsWith('Z') ? 'Time (UTC)' : 'Local time', item.local]);
    else facts.push(['Day', item.day || 'unknown']);
    facts.push(['Frames', `${item.first} to ${item.last} of ${item.frames}`]);
    find('facts').replaceChildren(...facts.flatMap(([key, value]) => [element('dt', key), element('dd', value)]));
    const said = item.said.map((one) => element('li', `${one.person}: ${words(one)}`));
    find('others').replaceChildren(...said);
    find('caption').textContent = [item.clip, item.deployment, item.camera].filter(Boolean).join(' · ');
    find('canvas').setAttribute('aria-label', `${title[item.sort]}, ${item.local || item.day}, ${item.clip}`);
  }
}

export function words(one) {
  const what = { fish: 'a fish', not: 'not a fish', unsure: 'unsure' }[one.verdict] || one.verdict;
  const count = one.count ? ` ×${one.count}` : '';
  return what + (one.species ? `, ${one.species}` : '') + count + (one.note ? ` (${one.note})` : '');
}
