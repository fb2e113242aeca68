// Suggestions are options in a list: arrows choose, Enter takes, Escape dismisses.
lantai.island('search-box', (form) => {
  const input = form.querySelector('input[type=search]');
  const list = form.querySelector('.search-box__list');
  if (!list) return;
  const options = () => [...list.querySelectorAll('[role=option]')];
  let at = -1;
  const choose = (to) => {
    const all = options();
    at = all.length ? (to + all.length) % all.length : -1;
    all.forEach((option, index) => { option.id = option.id || `${input.id}-option-${index}`; option.setAttribute('aria-selected', String(index === at)); });
    if (at >= 0) input.setAttribute('aria-activedescendant', all[at].id); else input.removeAttribute('aria-activedescendant');
  };
  const clear = () => { list.replaceChildren(); at = -1; input.setAttribute('aria-expanded', 'false'); };
  list.addEventListener('htmx:afterSwap', () => { at = -1; input.setAttribute('aria-expanded', String(options().length > 0)); });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') { choose(at + 1); event.preventDefault(); }
    if (event.key === 'ArrowUp') { choose(at - 1); event.preventDefault(); }
    if (event.key === 'Escape') clear();
    if (event.key === 'Enter' && at >= 0) { options()[at].click(); event.preventDefault(); }
  });
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role=option]');
    if (option && !option.href) { input.value = option.dataset.value || option.textContent.trim(); clear(); form.requestSubmit(); }
  });
  document.addEventListener('click', (event) => { if (!form.contains(event.target)) clear(); });
});
