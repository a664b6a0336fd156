// The short form works without this. It adds: where one is, and the category that the words suggest.
(() => {
  'use strict';
  for (const button of document.querySelectorAll('[data-locate]')) {
    if (!('geolocation' in navigator)) continue;
    button.hidden = false;
    const field = document.getElementById(button.dataset.locate), group = field.closest('.govuk-form-group'), says = button.parentElement.querySelector('[data-located]');
    group.hidden = !field.value;
    button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => { field.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`; says.textContent = button.dataset.done; },
      () => { says.textContent = button.dataset.failed; },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    ));
  }
  const form = document.querySelector('form[data-suggest]');
  if (!form) return;
  const what = form.elements[form.dataset.from], category = form.elements[form.dataset.suggest], place = form.querySelector('[data-suggested]');
  if (!what || !category || !place) return;
  const buttons = [...place.querySelectorAll('[data-category]')];
  const look = () => {
    const found = buttons.map((button) => [button, button.dataset.words.split('|').filter((word) => what.value.includes(word)).length]).sort((a, b) => b[1] - a[1]);
    found.forEach(([button, count], index) => { button.hidden = !count || index > 2 || category.value === button.dataset.category; });
    place.hidden = buttons.every((button) => button.hidden);
  };
  for (const button of buttons) button.addEventListener('click', () => { category.value = button.dataset.category; look(); category.focus(); });
  what.addEventListener('input', look);
  category.addEventListener('change', look);
  look();
})();
