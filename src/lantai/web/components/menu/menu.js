// A menu closes on Escape, on a click elsewhere, and when focus leaves it.
lantai.island('menu', (menu) => {
  const button = menu.querySelector('summary');
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) { menu.open = false; button.focus(); }
    if (!['ArrowDown', 'ArrowUp'].includes(event.key) || !menu.open) return;
    const items = [...menu.querySelectorAll('.menu__panel a, .menu__panel button, .menu__panel input')];
    const at = items.indexOf(document.activeElement);
    const next = items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1) + items.length) % items.length];
    if (next) { next.focus(); event.preventDefault(); }
  });
  document.addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false; });
});
