// A table to fill in like a spreadsheet: it is kept as tab-separated text in a field of the form,
// shown as cells; a block copied from a spreadsheet is spread over the cells and adds the rows it
// needs. Without this script the text itself is edited.
lantai.island('sheet', (root) => {
  const text = root.querySelector('textarea[name]');
  const place = root.querySelector('[data-place]');
  const columns = [...root.querySelectorAll('template[data-column]')];
  if (!columns.length) return;
  const form = root.closest('form');
  const title = (column) => column.dataset.head || column.dataset.label; // as the text heads it
  const headed = (cell) => [title(columns[0]), columns[0].dataset.label].includes(cell.trim());
  let head = '';

  function read(source) {
    const rows = []; let row = []; let cell = ''; let quoted = false;
    for (let i = 0; i < source.length; i += 1) {
      const c = source[i];
      if (quoted) {
        if (c !== '"') cell += c;
        else if (source[i + 1] === '"') { cell += '"'; i += 1; } else quoted = false;
      } else if (c === '"' && cell === '') quoted = true;
      else if (c === '\t') { row.push(cell); cell = ''; }
      else if (c === '\n') { row.push(cell.replace(/\r$/, '')); rows.push(row); row = []; cell = ''; }
      else cell += c;
    }
    if (cell || row.length) { row.push(cell); rows.push(row); }
    return rows.filter((one) => one.some((part) => part.trim()));
  }
  const marked = (value) => (/["\t\n\r]/.test(value) || value.startsWith('"') ? `"${value.replace(/"/g, '""')}"` : value);
  const fields = (tr) => [...tr.querySelectorAll('[data-field]')];
  const lines = () => [...body.rows];
  function write() {
    const rows = lines().map((tr) => fields(tr).map((field) => field.value.trim())).filter((row) => row.some(Boolean));
    text.value = [head, ...rows.map((row) => row.map(marked).join('\t'))].join('\n') + '\n';
    const count = root.querySelector('[data-count]');
    count.textContent = count.dataset.words.replace('{n}', rows.length);
  }

  const table = document.createElement('table');
  const body = document.createElement('tbody');
  const lists = new Map();
  function cellOf(column, value) {
    const td = document.createElement('td');
    td.dataset.label = column.dataset.label;
    const field = document.createElement(column.dataset.wide ? 'textarea' : 'input');
    if (column.dataset.wide) field.rows = 1;
    if (lists.has(column.dataset.column)) field.setAttribute('list', lists.get(column.dataset.column));
    field.dataset.field = column.dataset.column;
    field.setAttribute('aria-label', column.dataset.label);
    field.value = value;
    td.append(field);
    return td;
  }
  function rowOf(values) {
    const tr = document.createElement('tr');
    columns.forEach((column, n) => tr.append(cellOf(column, values[n] || '')));
    const last = document.createElement('td');
    const drop = document.createElement('button');
    drop.type = 'button'; drop.className = 'sheet-grid__drop'; drop.textContent = '×';
    drop.setAttribute('aria-label', root.dataset.remove); drop.title = root.dataset.remove;
    last.append(drop); tr.append(last);
    return tr;
  }
  function show() {
    const rows = read(text.value);
    head = columns.map(title).join('\t');
    if (rows.length && headed(rows[0][0])) rows.shift();
    body.replaceChildren(...rows.map(rowOf), rowOf([]));
    write();
  }

  for (const column of columns) {
    const choices = column.content.querySelectorAll('option');
    if (!choices.length) continue;
    const list = document.createElement('datalist');
    list.id = `${root.dataset.name}-${column.dataset.column}-list`;
    list.append(...[...choices].map((choice) => choice.cloneNode(true)));
    lists.set(column.dataset.column, list.id);
    root.append(list);
  }
  const thead = document.createElement('thead');
  const heads = document.createElement('tr');
  for (const column of columns) { const th = document.createElement('th'); th.scope = 'col'; th.textContent = column.dataset.label; heads.append(th); }
  const spare = document.createElement('td'); heads.append(spare); thead.append(heads);
  table.append(thead, body); place.append(table);
  show();

  const grow = () => { if (!body.lastElementChild || fields(body.lastElementChild).some((field) => field.value)) body.append(rowOf([])); };
  const changed = () => { grow(); write(); ask(); };
  root.querySelector('[data-add]').addEventListener('click', () => {
    const here = document.activeElement.closest?.('tr');
    const made = rowOf([]);
    if (here && body.contains(here)) here.after(made); else body.append(made);
    fields(made)[0].focus();
  });
  body.addEventListener('click', (event) => {
    const drop = event.target.closest('.sheet-grid__drop');
    if (drop) { drop.closest('tr').remove(); changed(); }
  });
  body.addEventListener('keydown', (event) => {
    const field = event.target;
    if (!field.dataset.field || event.isComposing) return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (field.tagName === 'TEXTAREA' && event.key !== 'Enter') || (event.key === 'Enter' && event.shiftKey)) return;
    event.preventDefault();
    const at = lines().indexOf(field.closest('tr')) + step;
    const row = lines()[at];
    if (row) fields(row)[fields(field.closest('tr')).indexOf(field)].focus();
  });
  body.addEventListener('paste', (event) => {
    const given = event.clipboardData?.getData('text') || '';
    if (!event.target.dataset.field || !/[\t\n]/.test(given.trimEnd())) return;
    event.preventDefault();
    const rows = read(`${given.trimEnd()}\n`);
    if (rows.length && rows[0].some(headed)) rows.shift();
    const from = fields(event.target.closest('tr')).indexOf(event.target);
    let tr = event.target.closest('tr');
    for (const values of rows) {
      if (!tr) { tr = rowOf([]); body.append(tr); }
      const into = fields(tr);
      values.forEach((value, n) => { if (into[from + n]) into[from + n].value = value.trim(); });
      tr = tr.nextElementSibling;
    }
    changed();
  });
  body.addEventListener('input', () => { grow(); write(); clearTimeout(waiting); waiting = setTimeout(ask, 400); });
  text.addEventListener('change', () => { show(); ask(); });

  let waiting = 0; let running = null;
  async function ask() {
    if (!root.dataset.check) return;
    running?.abort();
    running = new AbortController();
    try {
      const response = await fetch(root.dataset.check, { method: 'POST', body: new FormData(form), headers: { 'X-CSRFToken': lantai.csrf(), Accept: 'application/json' }, signal: running.signal });
      if (!response.ok) return;
      const answer = await response.json();
      document.dispatchEvent(new CustomEvent('lantai:checked', { detail: answer }));
    } catch { /* another question is under way */ }
  }
  document.addEventListener('lantai:checked', (event) => {
    for (const tr of lines()) {
      const key = fields(tr)[0].value.trim();
      const found = event.detail.findings.filter((finding) => finding.table === root.dataset.name && key && finding.where === key);
      tr.classList.toggle('is-error', found.some((finding) => finding.severity === 'error'));
      tr.classList.toggle('is-warning', found.some((finding) => finding.severity === 'warning'));
      tr.title = found.map((finding) => finding.message).join('\n');
    }
    const shown = document.querySelector('[data-checked]');
    if (shown && event.detail.html !== undefined && shown.dataset.last !== event.detail.html) { shown.dataset.last = event.detail.html; shown.innerHTML = event.detail.html; }
  });
  if (root.dataset.check && root.matches('[data-name]:last-of-type')) ask();
});
