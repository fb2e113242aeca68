// data-dialog="id" on a button opens that dialog; Escape, [data-close] or a click outside closes it.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog]');
  if (opener) { document.getElementById(opener.dataset.dialog)?.showModal(); event.preventDefault(); }
});
lantai.island('dialog', (dialog) => {
  dialog.addEventListener('click', (event) => { if (event.target === dialog || event.target.closest('[data-close]')) dialog.close(); });
});
// hx-confirm and data-confirm ask in the house's own dialog, where the page has one.
const ask = (question, then) => {
  const dialog = document.getElementById('confirm-dialog');
  if (!dialog) { if (window.confirm(question)) then(); return; }
  dialog.querySelector('[data-question]').textContent = question;
  dialog.querySelector('[data-yes]').onclick = () => { dialog.close(); then(); };
  dialog.showModal();
};
document.addEventListener('htmx:confirm', (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, () => event.detail.issueRequest(true));
});
document.addEventListener('submit', (event) => {
  const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!asker.dataset.confirm || asker.dataset.confirmed) return;
  event.preventDefault();
  const { submitter, target } = event;
  ask(asker.dataset.confirm, () => { asker.dataset.confirmed = 'yes'; target.requestSubmit(submitter); delete asker.dataset.confirmed; });
}, true);
