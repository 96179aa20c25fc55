/** What the page does in a browser: it filters, copies and keeps the filter in the address. It reads the page's own elements only. */
export const script = String.raw`
'use strict';
(() => {
  const page = document.documentElement;
  const form = document.getElementById('filters');
  const entries = Array.from(document.querySelectorAll('.entry'));
  page.classList.add('js');

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.copy) copy(button, button.parentElement.querySelector(button.dataset.copy));
    if ('reset' in button.dataset) reset();
    if (button.id === 'toggle') toggle(button);
  });

  function copy(button, source) {
    const done = () => {
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    };
    // Pages that came over plain HTTP have no clipboard of their own.
    if (navigator.clipboard) navigator.clipboard.writeText(source.textContent).then(done, () => selectAndCopy(source, done));
    else selectAndCopy(source, done);
  }

  function selectAndCopy(source, done) {
    getSelection().selectAllChildren(source);
    if (document.execCommand('copy')) done();
  }

  if (!form) return;
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  const shown = document.getElementById('shown');
  const toggleButton = document.getElementById('toggle');
  const kinds = Array.from(form.querySelectorAll('[name=kind]'));
  const choices = ['api', 'operation', 'check'].map((name) => form.elements[name]).filter(Boolean);

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', apply);
  addEventListener('hashchange', restore);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select')) return;
    event.preventDefault();
    form.elements.q.focus();
  });
  restore();

  function apply() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const allowed = new Set(kinds.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    entries.forEach((entry, index) => {
      const fits = allowed.has(entry.dataset.kind)
        && choices.every((choice) => choice.value === '' || entry.dataset[choice.name] === choice.value)
        && words.every((word) => texts[index].includes(word));
      entry.hidden = !fits;
      if (fits) count += 1;
    });
    document.querySelectorAll('.group').forEach((group) => { group.hidden = !group.querySelector('.entry:not([hidden])'); });
    document.getElementById('none').hidden = count > 0;
    shown.textContent = count + ' of ' + entries.length + ' shown';
    remember(allowed);
    label();
  }

  function remember(allowed) {
    const state = new URLSearchParams();
    if (form.elements.q.value !== '') state.set('q', form.elements.q.value);
    choices.forEach((choice) => { if (choice.value !== '') state.set(choice.name, choice.value); });
    if (allowed.size < kinds.length) state.set('kind', Array.from(allowed).join(' '));
    history.replaceState(null, '', '#' + state);
  }

  function restore() {
    const state = new URLSearchParams(location.hash.slice(1));
    form.elements.q.value = state.get('q') || '';
    choices.forEach((choice) => { choice.value = state.get(choice.name) || ''; if (choice.selectedIndex < 0) choice.value = ''; });
    const allowed = state.has('kind') ? state.get('kind').split(' ') : undefined;
    kinds.forEach((box) => { box.checked = !allowed || allowed.includes(box.value); });
    apply();
  }

  function reset() {
    history.replaceState(null, '', '#');
    restore();
  }

  function toggle() {
    const open = !allOpen();
    visible().forEach((entry) => { entry.open = open; });
    label();
  }

  function visible() {
    return entries.filter((entry) => !entry.hidden);
  }

  function allOpen() {
    return visible().every((entry) => entry.open);
  }

  function label() {
    toggleButton.textContent = allOpen() ? 'Collapse all' : 'Expand all';
  }
})();
`
