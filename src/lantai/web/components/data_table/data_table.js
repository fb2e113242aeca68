// Selecting, choosing columns, and keys: j/k or arrows move, space or x selects, Enter opens.
lantai.island('data-table', (root) => {
  const table = root.querySelector('table');
  if (!table) return;
  const heads = [...table.tHead.rows[0].cells];
  const rows = () => [...table.tBodies[0].rows];
  const box = (row) => row.querySelector('.data-table__check input');
  const page = root.querySelector('[data-select-page]');
  const bulk = root.querySelector('[data-bulk]');
  const all = root.querySelector('[data-all]');

  const dress = () => rows().forEach((row) => [...row.cells].forEach((cell, index) => {
    const head = heads[index];
    if (!head || cell.colSpan > 1) return;
    if (!cell.dataset.label) cell.dataset.label = head.textContent.trim();
    for (const name of head.classList) if (name.startsWith('is-')) cell.classList.add(name);
  }));
  const count = () => {
    const boxes = rows().map(box).filter(Boolean);
    const chosen = boxes.filter((item) => item.checked);
    boxes.forEach((item) => item.closest('tr').classList.toggle('is-selected', item.checked));
    if (page) { page.checked = boxes.length > 0 && chosen.length === boxes.length; page.indeterminate = chosen.length > 0 && !page.checked; }
    if (bulk) {
      bulk.hidden = chosen.length === 0;
      bulk.querySelector('[data-selected-label]').textContent = root.dataset.selected.replace('{n}', chosen.length);
    }
    if (all) { all.hidden = !(page && page.checked); if (all.hidden) all.querySelector('input').checked = false; }
  };
  page?.addEventListener('change', () => { rows().map(box).filter(Boolean).forEach((item) => { item.checked = page.checked; }); count(); });
  let last = null;
  table.addEventListener('click', (event) => {
    const item = event.target.closest('.data-table__check input:not([data-select-page])');
    if (!item) return;
    if (event.shiftKey && last) {
      const boxes = rows().map(box).filter(Boolean);
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(item)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => { one.checked = item.checked; });
    }
    last = item;
    count();
  });

  const key = `columns:${location.pathname}#${root.id}`;
  const shift = page ? 1 : 0;
  const hide = (index, hidden) => [table.tHead.rows[0], ...rows()].forEach((row) => { if (row.cells[index + shift]) row.cells[index + shift].hidden = hidden; });
  const choosers = [...root.querySelectorAll('[data-column]')];
  const hiddenNow = () => choosers.filter((item) => !item.checked).map((item) => Number(item.dataset.column));
  choosers.forEach((item) => item.addEventListener('change', () => { hide(Number(item.dataset.column), !item.checked); lantai.remember(key, hiddenNow()); }));
  const applyColumns = () => (lantai.remember(key) || []).forEach((index) => {
    const item = choosers.find((one) => Number(one.dataset.column) === index);
    if (item) { item.checked = false; hide(index, true); }
  });

  let at = -1;
  const go = (to) => {
    const list = rows();
    at = Math.max(0, Math.min(list.length - 1, to));
    list.forEach((row, index) => row.classList.toggle('is-current', index === at));
    list[at]?.scrollIntoView({ block: 'nearest' });
  };
  root.querySelector('.data-table__scroll').addEventListener('keydown', (event) => {
    if (event.target.closest('input, select, textarea, a, button, summary') && !['j', 'k'].includes(event.key)) return;
    const row = rows()[at];
    if (['j', 'ArrowDown'].includes(event.key)) { go(at + 1); event.preventDefault(); }
    if (['k', 'ArrowUp'].includes(event.key)) { go(at - 1); event.preventDefault(); }
    if (event.key === 'Home') { go(0); event.preventDefault(); }
    if (event.key === 'End') { go(rows().length - 1); event.preventDefault(); }
    if ([' ', 'x'].includes(event.key) && row && box(row)) { box(row).checked = !box(row).checked; count(); event.preventDefault(); }
    if (event.key === 'Enter' && row) row.querySelector('a')?.click();
  });

  dress(); applyColumns(); count();
  new MutationObserver(() => { dress(); applyColumns(); count(); }).observe(table.tBodies[0], { childList: true });
});
