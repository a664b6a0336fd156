// A field to sign in: drawn with pen, finger or mouse, sent with its form as a picture. Without it one signs on paper.
(() => {
  'use strict';
  for (const place of document.querySelectorAll('[data-pad]')) {
    const form = place.closest('form'), kept = form.elements[place.dataset.pad], canvas = place.querySelector('canvas'), ink = canvas.getContext('2d');
    const chosen = () => form.elements.how?.value === 'pad';
    let drawing = false, drawn = false;
    const show = () => {
      place.hidden = !chosen();
      const paper = form.querySelector('.ct-onpaper');
      if (paper) paper.hidden = chosen();
    };
    const clear = () => { ink.clearRect(0, 0, canvas.width, canvas.height); drawn = false; kept.value = ''; };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    };
    canvas.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      drawing = true;
      ink.lineWidth = 4; ink.lineCap = ink.lineJoin = 'round'; ink.strokeStyle = getComputedStyle(canvas).color;
      ink.beginPath(); ink.moveTo(...at(event));
    });
    canvas.addEventListener('pointermove', (event) => { if (drawing) { ink.lineTo(...at(event)); ink.stroke(); drawn = true; } });
    for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => { drawing = false; if (drawn) kept.value = canvas.toDataURL('image/png'); });
    place.querySelector('[data-pad-clear]').addEventListener('click', clear);
    form.addEventListener('change', show);
    show();
  }
})();
