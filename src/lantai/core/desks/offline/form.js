'use strict';
(function () {
  const form = JSON.parse(document.getElementById('form').textContent);
  const en = form.language === 'en';
  const say = (zh, english) => (en ? english : zh);
  const main = document.getElementById('main');
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children);
    return element;
  };
  const indicators = form.tables.flatMap((table) => table.indicators);
  const byCode = Object.fromEntries(indicators.map((one) => [one.code, one]));
  const isNumber = (one) => one.type === 'integer' || one.type === 'number';

  // --- expressions: the language of lantai.core.desks.expressions -----------------------------
  function tokens(source) {
    const pattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z_0-9]*)|("[^"]*"|'[^']*')|(==|!=|<=|>=|\/\/|[-+*/%<>(),]))/y;
    const found = [];
    while (pattern.lastIndex < source.trimEnd().length) {
      const match = pattern.exec(source);
      if (!match) throw new Error('syntax');
      if (match[1]) found.push({ kind: 'number', value: Number(match[1]) });
      else if (match[2]) found.push({ kind: 'name', value: match[2] });
      else if (match[3]) found.push({ kind: 'text', value: match[3].slice(1, -1) });
      else found.push({ kind: 'sign', value: match[4] });
    }
    return found;
  }
  const functions = {
    sum: (...all) => all.reduce((a, b) => a + b, 0), min: (...all) => Math.min(...all), max: (...all) => Math.max(...all),
    abs: Math.abs, len: (value) => String(value).length,
    round: (value, places) => { const f = 10 ** (places || 0); const x = value * f; const r = Math.round(x); return (Math.abs(x % 1) === 0.5 && r % 2 ? r - 1 : r) / f; },
    half_up: (value, places) => { const f = 10 ** (places || 0); return Math.floor(Math.abs(value) * f + 0.5 + 1e-9) / f * (value < 0 ? -1 : 1); },
    empty: (value) => value === null || value === undefined || value === '',
    contains: (text, part) => String(text).includes(String(part)), starts_with: (text, part) => String(text).startsWith(String(part)),
    any_of: (value, ...choices) => choices.includes(value),
  };
  function evaluate(source, facts) {
    const list = tokens(source); let at = 0;
    const peek = (value) => list[at] && list[at].value === value && list[at].kind !== 'text';
    const take = (value) => { if (peek(value)) { at += 1; return true; } return false; };
    const need = (value) => { if (!take(value)) throw new Error('syntax'); };
    const choice = () => { const value = either(); if (!take('if')) return value; const test = either(); need('else'); const other = choice(); return test ? value : other; };
    const either = () => { let value = both(); while (take('or')) { const next = both(); value = value || next; } return value; };
    const both = () => { let value = negated(); while (take('and')) { const next = negated(); value = value && next; } return value; };
    const negated = () => (take('not') ? !negated() : compared());
    const compared = () => {
      let left = added(); let result = true; let any = false;
      for (;;) {
        const sign = ['==', '!=', '<=', '>=', '<', '>'].find(peek);
        if (!sign) return any ? result : left;
        at += 1; any = true; const right = added();
        result = result && { '==': left === right, '!=': left !== right, '<=': left <= right, '>=': left >= right, '<': left < right, '>': left > right }[sign];
        left = right;
      }
    };
    const added = () => { let value = multiplied(); for (;;) { if (take('+')) value += multiplied(); else if (take('-')) value -= multiplied(); else return value; } };
    const divide = (a, b) => { if (b === 0) throw new Error('division'); return a / b; };
    const multiplied = () => {
      let value = signed();
      for (;;) {
        if (take('*')) value *= signed();
        else if (take('//')) value = Math.floor(divide(value, signed()));
        else if (take('/')) value = divide(value, signed());
        else if (take('%')) { const by = signed(); divide(1, by); value = ((value % by) + by) % by; } else return value;
      }
    };
    const signed = () => (take('-') ? -signed() : plain());
    const plain = () => {
      const token = list[at]; at += 1;
      if (!token) throw new Error('syntax');
      if (token.kind === 'number' || token.kind === 'text') return token.value;
      if (token.value === '(') { const value = choice(); need(')'); return value; }
      if (token.kind !== 'name') throw new Error('syntax');
      if (take('(')) {
        const given = [];
        if (!take(')')) { do given.push(choice()); while (take(',')); need(')'); }
        return functions[token.value](...given);
      }
      if (['True', 'true'].includes(token.value)) return true;
      if (['False', 'false'].includes(token.value)) return false;
      return facts(token.value);
    };
    const value = choice();
    if (at !== list.length) throw new Error('syntax');
    return value;
  }
  const namesOf = (source) => tokens(source).filter((t, n, all) => t.kind === 'name' && !(all[n + 1] && all[n + 1].value === '(') && !['and', 'or', 'not', 'if', 'else', 'True', 'False', 'true', 'false', 'in'].includes(t.value)).map((t) => t.value);

  // --- SHA-256 and HMAC, since a file has no server and old browsers no crypto.subtle here -----
  const K = []; { let n = 2; while (K.length < 64) { let prime = true; for (let i = 2; i * i <= n; i += 1) if (n % i === 0) { prime = false; break; } if (prime) K.push(((Math.cbrt(n) % 1) * 2 ** 32) >>> 0); n += 1; } }
  function sha256(bytes) {
    const h = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    padded.set(bytes); padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29)); view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    const w = new Uint32Array(64); const turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let from = 0; from < padded.length; from += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(from + i * 4);
      for (let i = 16; i < 64; i += 1) { const a = w[i - 15]; const b = w[i - 2]; w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) >>> 0; }
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 64; i += 1) {
        const one = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) >>> 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
        z = g; g = f; f = e; e = (d + one) >>> 0; d = c; c = b; b = a; a = (one + two) >>> 0;
      }
      [a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] = (h[i] + value) >>> 0; });
    }
    const out = new Uint8Array(32); const back = new DataView(out.buffer);
    h.forEach((value, i) => back.setUint32(i * 4, value));
    return out;
  }
  const join = (a, b) => { const all = new Uint8Array(a.length + b.length); all.set(a); all.set(b, a.length); return all; };
  const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  function hmac(keyHex, text) {
    const key = new Uint8Array(64); keyHex.match(/../g).forEach((pair, i) => { key[i] = parseInt(pair, 16); });
    return hex(sha256(join(key.map((b) => b ^ 0x5c), sha256(join(key.map((b) => b ^ 0x36), new TextEncoder().encode(text))))));
  }

  // --- the sheet --------------------------------------------------------------------------------
  const inputs = {};
  function control(one) {
    const label = say(one.zh, one.en);
    let input;
    if (one.type === 'choice') {
      input = make('select', { 'aria-label': label }, make('option', { value: '' }, '—'), ...one.choices.map(([zh, english]) => make('option', { value: zh }, say(zh, english))));
    } else if (one.type === 'text') input = make('textarea', { rows: 1, 'aria-label': label });
    else input = make('input', { inputmode: 'decimal', autocomplete: 'off', class: 'figure', 'aria-label': label, readonly: Boolean(one.formula), tabindex: one.formula ? -1 : null });
    input.id = `c-${one.code}`;
    input.value = form.values[one.code] === undefined ? '' : form.values[one.code];
    inputs[one.code] = input;
    return input;
  }
  function sheet(table) {
    const box = make('section', {}, make('h2', {}, say(table.zh, table.en)));
    if (table.note_zh) box.append(make('p', { class: 'note' }, say(table.note_zh, table.note_en)));
    const grid = make('table'); const body = make('tbody');
    const known = Object.fromEntries(table.indicators.map((one) => [one.code, one]));
    const used = new Set();
    if (table.columns.length) {
      grid.append(make('thead', {}, make('tr', {}, make('th', {}, ''), ...table.columns.map(([, zh, english, unit]) => make('th', {}, say(zh, english) + (unit ? (english === say(zh, english) ? ` (${unit})` : `（${unit}）`) : ''))))));
      for (const [code, zh, english] of table.rows) {
        const row = make('tr', {}, make('th', {}, say(zh, english)));
        for (const [column] of table.columns) { const one = known[`${code}_${column}`]; used.add(one.code); row.append(make('td', {}, control(one))); }
        body.append(row);
      }
    } else grid.append(make('thead', {}, make('tr', {}, make('th', { class: 'code' }, say('代码', 'Code')), make('th', {}, say('指标', 'Indicator')), make('th', {}, say('单位', 'Unit')), make('th', {}, say('本期', 'This period')), make('th', { class: 'last' }, say('上期', 'Last period')))));
    for (const one of table.indicators) {
      if (used.has(one.code)) continue;
      const last = form.last[one.code];
      const name = make('td', {}, say(one.zh, one.en) + (one.required ? ' *' : '') + (one.verified || !form.verified ? '' : say('（待核实）', ' (unverified)')));
      const cells = [make('td', { class: 'code' }, one.code), name, make('td', {}, one.unit), make('td', {}, control(one)), make('td', { class: 'last' }, last === undefined ? '' : String(last))];
      body.append(table.columns.length ? make('tr', {}, make('th', {}, say(one.zh, one.en)), make('td', { colspan: table.columns.length }, inputs[one.code])) : make('tr', {}, ...cells));
    }
    grid.append(body); box.append(make('div', { class: 'scroll' }, grid));
    return box;
  }
  const findingsList = make('ul', { id: 'findings', 'aria-live': 'polite' });
  const note = make('textarea', { id: 'note', rows: 3 }); const filledBy = make('input', { id: 'filled-by', maxlength: 100 });
  main.append(make('h1', {}, form.title), make('p', { class: 'note' }, `${form.body_name} · ${form.period}${form.due ? say(` · ${form.due} 前报送`, ` · due ${form.due}`) : ''}${form.verified ? '' : say(' · 指标待与原文核实', ' · indicators not verified')}`),
    ...form.tables.map(sheet), make('h2', {}, say('说明', 'Notes')), make('label', { class: 'line' }, say('对提醒事项和变动的说明', 'Explanation of what is odd'), note), make('label', { class: 'line' }, say('填表人', 'Filled in by'), filledBy),
    make('h2', {}, say('审核结果', 'Checks')), findingsList);
  const state = make('p', { id: 'state' });
  main.append(make('div', { class: 'bar' }, state,
    make('button', { type: 'button', id: 'save' }, say('保存到本机', 'Keep on this machine')),
    make('button', { type: 'button', id: 'export', class: 'primary' }, say('导出报送文件', 'Export for sending'))));

  const written = (code) => inputs[code].value.trim();
  function figures() {
    const values = {};
    for (const one of indicators) {
      if (one.formula) continue;
      const text = written(one.code);
      if (text === '') continue;
      if (!isNumber(one)) { values[one.code] = text; continue; }
      const number = Number(text.replace(/[,，]/g, ''));
      if (Number.isFinite(number)) values[one.code] = number;
    }
    for (const one of indicators) {
      if (!one.formula) continue;
      const names = namesOf(one.formula);
      inputs[one.code].value = '';
      if (!names.some((name) => name in values)) continue;
      try {
        const result = evaluate(one.formula, (name) => (name in values ? values[name] : name.startsWith('last_') && !(name in byCode) ? form.last[name.slice(5)] || 0 : 0));
        if (Number.isFinite(result)) { values[one.code] = Math.round(result * 1e6) / 1e6; inputs[one.code].value = String(values[one.code]); }
      } catch { /* a formula that cannot be worked out stays empty, as on the server */ }
    }
    return values;
  }
  function check() {
    const values = figures(); const found = [];
    const add = (severity, zh, english, cells) => found.push({ severity, text: say(zh, english), cells });
    for (const one of indicators) {
      const text = written(one.code);
      if (one.required && text === '') add('error', `${one.zh}：必填`, `${one.en}: is required`, [one.code]);
      if (!isNumber(one) || text === '' || one.formula) continue;
      const number = Number(text.replace(/[,，]/g, ''));
      if (!Number.isFinite(number)) add('error', `${one.zh}：“${text}”不是数字`, `${one.en}: “${text}” is no number`, [one.code]);
      else if (one.type === 'integer' && !Number.isInteger(number)) add('error', `${one.zh}：应是整数`, `${one.en}: must be whole`, [one.code]);
      else if (one.minimum !== null && number < one.minimum) add('error', `${one.zh}：小于下限 ${one.minimum}`, `${one.en}: below ${one.minimum}`, [one.code]);
      else if (one.maximum !== null && number > one.maximum) add('error', `${one.zh}：大于上限 ${one.maximum}`, `${one.en}: above ${one.maximum}`, [one.code]);
    }
    for (const rule of form.checks) {
      const names = [...new Set(namesOf(rule.rule))];
      const own = names.filter((name) => name in byCode);
      if (!own.some((name) => name in values) || (own.length < names.length && !Object.keys(form.last).length)) continue;
      let holds = false;
      try { holds = Boolean(evaluate(rule.rule, (name) => (name in byCode ? (name in values ? values[name] : 0) : form.last[name.slice(5)] || 0))); } catch { holds = false; }
      if (!holds) add(rule.severity, rule.zh, rule.en, own);
    }
    const [ratio, floor] = form.anomaly;
    if (ratio) for (const one of indicators.filter(isNumber)) {
      const before = form.last[one.code]; const now = values[one.code];
      if (before === undefined || now === undefined || Math.abs(now - before) <= floor) continue;
      if (Math.abs(now - before) > Math.abs(before) * ratio) add('warning', `${one.zh}：由上期 ${before} 变为 ${now}，请核对并说明`, `${one.en}: from ${before} to ${now}; check and explain`, [one.code]);
    }
    return found;
  }
  function show() {
    const found = check();
    document.querySelectorAll('td.error, td.warning').forEach((cell) => cell.classList.remove('error', 'warning'));
    findingsList.replaceChildren(...found.map((one) => {
      one.cells.forEach((code) => inputs[code].closest('td').classList.add(one.severity));
      const button = make('button', { type: 'button' }, one.text);
      button.addEventListener('click', () => inputs[one.cells[0]]?.focus());
      return make('li', { class: one.severity }, button);
    }));
    const errors = found.filter((one) => one.severity === 'error').length;
    state.textContent = errors ? say(`还有 ${errors} 处错误，${found.length - errors} 处提醒`, `${errors} errors, ${found.length - errors} remarks`) : say(`没有错误，${found.length} 处提醒`, `no errors, ${found.length} remarks`);
    return { errors, found };
  }
  const cells = () => Object.fromEntries(indicators.filter((one) => !one.formula && written(one.code) !== '').map((one) => [one.code, written(one.code)]));
  const answer = () => {
    const document_ = { kind: form.kind, format: form.format, round: form.round, body: form.body, definition: form.definition, definition_version: form.definition_version, filled_by: filledBy.value.trim(), note: note.value.trim(), cells: cells() };
    const lines = [`${form.kind}-${form.format}`, document_.round, document_.body, document_.definition, document_.definition_version, document_.filled_by, document_.note, ...Object.keys(document_.cells).sort().map((code) => `${code}=${document_.cells[code]}`)];
    return { ...document_, mac: hmac(form.key, lines.join('\u001f')), exported_at: new Date().toISOString() };
  };
  const key = `lantai-return:${form.round}:${form.body}`;
  document.getElementById('save').addEventListener('click', () => {
    try { localStorage.setItem(key, JSON.stringify({ cells: cells(), note: note.value, by: filledBy.value })); state.textContent = say('已保存在这台机器的浏览器里', 'kept in this browser'); } catch { state.textContent = say('浏览器不让保存，请直接导出', 'this browser keeps nothing: export instead'); }
  });
  document.getElementById('export').addEventListener('click', () => {
    const { errors, found } = show();
    if (errors) { inputs[found.find((one) => one.severity === 'error').cells[0]]?.focus(); return; }
    if (found.length && !note.value.trim()) { state.textContent = say('有提醒事项，请先在“说明”里写明原因', 'explain what is odd first'); note.focus(); return; }
    const link = make('a', { href: URL.createObjectURL(new Blob([JSON.stringify(answer(), null, 1)], { type: 'application/json' })), download: `${form.round}-${form.body}.json` });
    document.body.append(link); link.click(); link.remove();
    state.textContent = say('已导出，请把文件交回', 'exported: hand the file in');
  });
  const order = indicators.filter((one) => !one.formula).map((one) => one.code);
  main.addEventListener('input', show);
  main.addEventListener('keydown', (event) => {
    const at = order.indexOf(event.target.id?.slice(2));
    if (at < 0 || event.target.tagName === 'TEXTAREA') return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.tagName === 'SELECT') return;
    event.preventDefault(); inputs[order[at + step]]?.focus();
  });
  main.addEventListener('paste', (event) => {
    const start = order.indexOf(event.target.id?.slice(2));
    const text = event.clipboardData.getData('text');
    if (start < 0 || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    text.trimEnd().split(/\r?\n|\t/).forEach((value, n) => { const input = inputs[order[start + n]]; if (input) input.value = value.trim(); });
    show();
  });
  try { const kept = JSON.parse(localStorage.getItem(key) || 'null'); if (kept) { Object.entries(kept.cells).forEach(([code, value]) => { if (inputs[code] && !byCode[code].formula) inputs[code].value = value; }); note.value = kept.note; filledBy.value = kept.by; } } catch { /* nothing was kept */ }
  show();
})();
