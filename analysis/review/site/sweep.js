// The sweep view: a grid of one clip, day or kind. Some are selected, one key decides them.

import { element } from './focus.js';

const find = (id) => document.getElementById(id);

export class Sweep {
  constructor(onSelect) {
    this.onSelect = onSelect;
    this.cards = new Map();
    this.selected = new Set();
  }

  show(items) {
    this.cards.clear();
    this.selected.clear();
    find('grid').replaceChildren(...items.map((item) => {
      const row = element('li');
      row.append(this.card(item));
      return row;
    }));
    this.tell();
    const first = find('grid').querySelector('.card');
    if (first) first.focus();
  }

  card(item) {
    const image = element('img', undefined, { loading: 'lazy', alt: '', src: `/picture/${item.id}` });
    const score = item.sort === 'moment' ? `rank ${item.rank}` : item.score.toFixed(2);
    const card = element('button', undefined, { type: 'button', className: 'card' });
    card.setAttribute('aria-pressed', 'false');
    card.append(image, element('span', `${item.kind} ${score}`), element('small', item.local || item.day),
      element('small', `${item.clip} · ${item.status || item.sort}`));
    card.addEventListener('click', () => this.toggle(item.id));
    this.cards.set(item.id, { item, card });
    return card;
  }

  toggle(id) {
    if (!this.selected.delete(id)) this.selected.add(id);
    this.cards.get(id).card.setAttribute('aria-pressed', String(this.selected.has(id)));
    this.tell();
  }

  all(on) {
    for (const [id, { card }] of this.cards) {
      if (on) this.selected.add(id);
      card.setAttribute('aria-pressed', String(on));
    }
    if (!on) this.selected.clear();
    this.tell();
  }

  get focused() {
    return [...this.cards.values()].find(({ card }) => card === document.activeElement);
  }

  // What a key decides: the selected ones, else the one that has the focus.
  get targets() {
    const chosen = [...this.selected].map((id) => this.cards.get(id).item);
    if (chosen.length) return chosen;
    return this.focused ? [this.focused.item] : [];
  }

  remove(items) {
    const next = this.focused && this.focused.card.parentElement.nextElementSibling;
    for (const item of items) {
      const known = this.cards.get(item.id);
      if (known) known.card.parentElement.remove();
      this.cards.delete(item.id);
      this.selected.delete(item.id);
    }
    const card = (next && next.isConnected ? next : find('grid')).querySelector('.card');
    if (card) card.focus();
    this.tell();
  }

  move(what) {
    const cards = [...find('grid').querySelectorAll('.card')];
    const at = cards.indexOf(document.activeElement);
    const top = cards.length ? cards[0].offsetTop : 0;
    const across = cards.filter((card) => card.offsetTop === top).length || 1;
    const by = { previous: -1, following: 1, up: -across, down: across }[what];
    const to = cards[Math.max(0, Math.min(cards.length - 1, at + by))];
    if (to) to.focus();
  }

  tell() { this.onSelect(this.selected.size, this.cards.size); }
}
