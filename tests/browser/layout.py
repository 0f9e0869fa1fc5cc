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
