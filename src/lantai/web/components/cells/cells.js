// A form like a spreadsheet: arrows and Enter move, a block copied from Excel is spread over the
// cells, and the rules of the return are asked as one types.
lantai.island('cells', (root) => {
  const address = root.dataset.check;
  if (!address) return;
  const form = root.closest('form');
  const fields = () => [...root.querySelectorAll('[name^="c."]')];
  const place = root.querySelector('[data-findings]');
  const cell = (code) => root.querySelector(`[data-cell="${CSS.escape(code)}"]`);

  const column = (field) => [...field.closest('tr').cells].indexOf(field.closest('td'));
  const below = (field, step) => {
    const all = fields(); const wanted = column(field); let at = all.indexOf(field) + step;
    while (all[at] && column(all[at]) !== wanted) at += step;
    return all[at];
  };
  root.addEventListener('keydown', (event) => {
    const field = event.target;
    if (!field.name?.startsWith('c.') || field.tagName === 'SELECT') return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (field.tagName === 'TEXTAREA' && event.key !== 'Enter')) return;
    event.preventDefault();
    below(field, step)?.focus();
  });
  root.addEventListener('focusin', (event) => { if (event.target.select && event.target.tagName === 'INPUT') event.target.select(); });
  root.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text') || '';
    if (!event.target.name?.startsWith('c.') || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    let first = event.target;
    for (const line of text.trimEnd().split(/\r?\n/)) {
      const row = first ? fields().filter((field) => field.closest('tr') === first.closest('tr')) : [];
      const from = row.indexOf(first);
      line.split('\t').forEach((value, n) => { const field = row[from + n]; if (field) field.value = value.trim(); });
      first = first && below(first, 1);
    }
    ask();
  });

  let waiting = 0; let running = null;
  async function ask() {
    running?.abort();
    running = new AbortController();
    let answer;
    try {
      const response = await fetch(address, { method: 'POST', body: new FormData(form), headers: { 'X-CSRFToken': lantai.csrf(), Accept: 'application/json' }, signal: running.signal });
      if (!response.ok) return;
      answer = await response.json();
    } catch { return; }
    for (const [code, value] of Object.entries(answer.worked)) {
      const output = root.querySelector(`[data-worked="${CSS.escape(code)}"]`);
      if (output) output.value = value;
    }
    root.querySelectorAll('[data-cell]').forEach((one) => one.classList.remove('is-error', 'is-warning'));
    if (!answer.findings.length) { const p = document.createElement('p'); p.className = 'muted'; p.textContent = place.dataset.none; place.replaceChildren(p); return; }
    const list = document.createElement('ol');
    list.className = 'findings';
    for (const finding of answer.findings) {
      finding.cells.forEach((code) => cell(code)?.classList.add(`is-${finding.severity}`));
      const item = document.createElement('li');
      item.className = `finding finding--${finding.severity}`;
      const body = document.createElement('div'); body.className = 'finding__body';
      const p = document.createElement('p'); p.className = 'finding__message'; p.textContent = finding.message;
      body.append(p); item.append(body); list.append(item);
    }
    place.replaceChildren(list);
  }
  root.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, 350); });
});
