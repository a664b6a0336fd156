// Every page works without this. It adds: drafts, one click one submission, the desk's keys, the demo's phone.
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* private mode */ } },
  };

  // Drafts. <form data-autosave="/address"> is posted there as one types; the answer may name the time in the header X-Saved.
  // Without a connection what was typed stays on this device for a day; [data-private] and files never do.
  for (const form of all('form[data-autosave]')) {
    const address = form.dataset.autosave;
    const at = (name) => form.elements[name]?.value || '', key = `draft:${address}#${at('section')}`;
    const status = form.querySelector('[data-autosave-status]');
    const fields = () => all('input, textarea, select', form), isChoice = (f) => /^(radio|checkbox)$/.test(f.type);
    let timer = 0, busy = null, again = false, leaving = false, dirty = false, sent = '';
    const say = (name, time) => {
      if (!status) return;
      status.textContent = (status.dataset[name] || '').replace('{time}', time || '');
      status.classList.toggle('tb-autosave--trouble', name === 'offline' || name === 'unsaved');
    };
    const typed = () => fields().filter((f) => f.name && !('private' in f.dataset) && !/^(hidden|file|password)$/.test(f.type) && (!isChoice(f) || f.checked)).map((f) => [f.name, f.value]);
    const keepHere = (left) => store.set(key, JSON.stringify({ at: Date.now(), left, values: typed() }));
    const post = async () => {
      const data = new FormData(form);
      for (const field of all('input[type=file]', form)) data.delete(field.name);
      const now = new URLSearchParams(data).toString();
      if (now === sent) return;
      say('saving');
      try {
        const answer = await fetch(address, { method: 'POST', body: data, headers: { 'X-Autosave': '1' }, redirect: 'manual' });
        if (!answer.ok) throw answer.status || 302;
        sent = now;
        dirty = false;
        store.set(key, null);
        const told = await answer.json().catch(() => null);
        if (told?.version && form.elements.version) form.elements.version.value = told.version;
        say('saved', answer.headers.get('X-Saved') || new Date().toTimeString().slice(0, 5));
      } catch (reason) {
        keepHere();
        say(typeof reason === 'number' ? 'unsaved' : 'offline');
        if (typeof reason !== 'number') later(10000);
      }
    };
    // One after the other: the next carries the version that the last was answered with.
    const save = () => {
      if (busy) again = true;
      else busy = post().finally(() => { busy = null; if (again) { again = false; save(); } });
    };
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
    const restore = () => {
      let kept = null;
      try { kept = JSON.parse(store.get(key)); } catch { /* not ours */ }
      if (!kept || Date.now() - kept.at > 864e5 || (kept.left && kept.left !== at('version')) || JSON.stringify(kept.values) === JSON.stringify(typed())) return store.set(key, null);
      for (const [name, value] of kept.values) {
        for (const field of fields().filter((f) => f.name === name)) {
          if (isChoice(field)) field.checked = field.checked || field.value === value;
          else field.value = value;
        }
      }
      say('restored');
      later(500);
    };
    restore();
    form.addEventListener('input', (event) => { if (event.target.type !== 'file') { dirty = true; later(1200); } });
    form.addEventListener('submit', (event) => {
      clearTimeout(timer);
      if (busy) {
        event.preventDefault();
        if (!leaving) Promise.race([busy, new Promise((go) => setTimeout(go, 3000))]).then(() => { busy = null; leaving = again = false; form.requestSubmit(event.submitter); });
        leaving = true;
      } else if (dirty) keepHere(at('version'));
    });
    addEventListener('online', () => later(0));
    addEventListener('pagehide', () => { if (status?.classList.contains('tb-autosave--trouble')) keepHere(); });
  }

  // Acts. What is typed into <form data-keep="/address"> stays in this tab until a page says that it was done: data-kept="/address".
  const tab = { all: () => { try { return Object.keys(sessionStorage); } catch { return []; } },
    get(key) { try { return JSON.parse(sessionStorage.getItem(key)) || []; } catch { return []; } },
    set(key, value) { try { value.length ? sessionStorage.setItem(key, JSON.stringify(value)) : sessionStorage.removeItem(key); } catch { /* private */ } } };
  for (const told of all('[data-kept]')) tab.all().filter((key) => key.startsWith(`keep:${told.dataset.kept}`)).forEach((key) => tab.set(key, []));
  for (const form of all('form[data-keep]')) {
    const key = `keep:${form.dataset.keep}`, isChoice = (f) => /^(radio|checkbox)$/.test(f.type);
    const fields = all('input, textarea, select', form).filter((f) => f.name && !/^(hidden|file|password)$/.test(f.type));
    const chosen = new Set(fields.filter((f) => isChoice(f) && f.checked).map((f) => f.name));
    for (const [name, value] of tab.get(key)) {
      for (const f of fields.filter((one) => one.name === name)) {
        if (isChoice(f)) f.checked = f.checked || (!chosen.has(name) && f.value === value);
        else if (!f.value) f.value = value;
      }
    }
    form.addEventListener('input', () => tab.set(key, fields.filter((f) => f.value && (!isChoice(f) || f.checked)).map((f) => [f.name, f.value])));
  }

  // An answer decides what follows: the form with hx-trigger="redraw" is asked for again.
  addEventListener('change', (event) => {
    const field = event.target;
    if (field.form && 'decides' in field.dataset && field.form.hasAttribute('hx-post')) field.form.dispatchEvent(new CustomEvent('redraw'));
  });

  // One click, one submission: a second within ten seconds is dropped.
  const under = new WeakMap();
  addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method === 'get' || event.defaultPrevented || form.hasAttribute('data-again')) return;
    if (Date.now() - (under.get(form) || 0) < 10000) return event.preventDefault();
    under.set(form, Date.now());
    for (const button of all('button', form)) button.setAttribute('aria-disabled', 'true');
    setTimeout(() => release(form), 10000);
  });
  const release = (form) => { under.delete(form); for (const button of all('button[aria-disabled]', form)) button.removeAttribute('aria-disabled'); };
  addEventListener('pageshow', () => all('form').forEach(release));
  addEventListener('htmx:after:request', () => all('form').forEach(release));

  // The desk's keys: [data-key] by its letter, j and k walk [data-rows], ? shows all; they can be turned off (WCAG 2.1.4).
  const help = document.getElementById('tb-keys');
  if (help) {
    const off = help.querySelector('[data-keys-off]');
    off.checked = store.get('keys') === 'off';
    off.addEventListener('change', () => store.set('keys', off.checked ? 'off' : null));
    const list = () => {
      const place = help.querySelector('dl');
      place.replaceChildren();
      const line = (letter, words) => {
        const term = document.createElement('dt'), text = document.createElement('dd'), cap = document.createElement('kbd');
        cap.className = 'tb-key'; cap.textContent = letter; term.append(cap); text.textContent = words; place.append(term, text);
      };
      for (const each of all('[data-key]')) {
        const copy = each.cloneNode(true);
        all('kbd, .tb-queues__count', copy).forEach((part) => part.remove());
        line(each.dataset.key.toUpperCase(), copy.textContent.trim());
      }
      if (document.querySelector('[data-rows]')) line('J K', help.dataset.list);
    };
    const walk = (step) => {
      const rows = all('[data-rows] a'), at = rows.findIndex((row) => row === document.activeElement || (!rows.includes(document.activeElement) && row.hasAttribute('aria-current')));
      const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
      if (next) { next.focus(); next.scrollIntoView({ block: 'nearest' }); }
    };
    addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest('input, textarea, select, [contenteditable]')) return;
      if (event.key === '?') { list(); return help.open ? help.close() : help.showModal(); }
      if (off.checked || help.open) return;
      const key = event.key.toLowerCase();
      if (key === 'j' || key === 'k') { event.preventDefault(); return walk(key === 'j' ? 1 : -1); }
      const target = all('[data-key]').find((each) => each.dataset.key === key);
      if (!target) return;
      event.preventDefault();
      target.focus();
      target.click();
    });
  }

  // [data-poll] is read again every data-every seconds while seen; a longer list buzzes its [data-buzz].
  for (const place of all('[data-poll]')) {
    let last = place.innerHTML.trim();
    setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(place.dataset.poll, { headers: { 'X-Poll': '1' } });
        const text = answer.ok ? (await answer.text()).trim() : last;
        if (text === last) return;
        const before = place.childElementCount;
        last = text;
        place.replaceChildren(document.createRange().createContextualFragment(text));
        const drawer = place.childElementCount > before && place.closest('[data-buzz]');
        if (drawer) { drawer.open = true; drawer.classList.remove('tb-phone--buzz'); void drawer.offsetWidth; drawer.classList.add('tb-phone--buzz'); }
      } catch { /* the next round asks again */ }
    }, 1000 * (place.dataset.every || 3));
  }

  for (const button of all('[data-print]')) { button.hidden = false; button.addEventListener('click', () => print()); }
  const wanted = document.querySelector('[data-focus]');
  if (wanted) wanted.focus();
})();
