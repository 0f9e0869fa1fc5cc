"""What is asked of a page, in its own language."""

from __future__ import annotations

CUT = """
const wide = document.documentElement.clientWidth;
const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
const hides = e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX);
const within = (e, is) => {
  for (let above = e.parentElement; above; above = above.parentElement)
    if (above !== document.body && is(above)) return true;
  return false;
};
const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' "'
  + e.textContent.trim().slice(0, 40) + '"';
const found = [];
if (document.documentElement.scrollWidth > wide + 1)
  found.push('the page: ' + document.documentElement.scrollWidth + ' of ' + wide);
for (const e of document.body.querySelectorAll('*')) {
  if (e.closest('svg') && e.tagName !== 'svg') continue;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height) continue;
  if (within(e, scrolls)) continue;
  if (box.right > wide + 1 || box.left < -1) found.push('out: ' + name(e));
  else if (hides(e) && e.scrollWidth > e.clientWidth + 1) found.push('cut: ' + name(e));
}
return found.slice(0, 20);
"""
"""What sticks out of the page, or is cut off, where nothing lets one scroll to it."""

FAINT = """
const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const part = v => linear(v / 255);
const bright = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = numbers(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return matchMedia('print').matches ? [255, 255, 255] : null;
};
const found = [];
for (const e of document.body.querySelectorAll('*')) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.getClientRects().length) continue;
  if (e.closest('option, select, button')) continue;
  const style = getComputedStyle(e), back = behind(e);
  if (!back) continue;
  const text = numbers(e.closest('svg') ? style.fill : style.color);
  const [low, high] = [bright(text), bright(back)].sort((a, b) => a - b);
  const contrast = (high + 0.05) / (low + 0.05);
  const words = e.textContent.trim().slice(0, 40);
  if (contrast < 4.5) found.push(contrast.toFixed(1) + ' "' + words + '"');
}
return found.slice(0, 20);
"""
"""Which texts are too faint against what is behind them, by the contrast of 4.5."""
