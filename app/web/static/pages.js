// What makes forms quicker; every one of them works without.
"use strict";

document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button")) setTimeout(() => { button.disabled = true; });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

for (const form of document.querySelectorAll("[data-drop]")) {
  const target = form.querySelector(".target"), input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => input.files.length && form.requestSubmit());
  addEventListener("dragover", (event) => { event.preventDefault(); target.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) target.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// A form that asks by its address is answered while one types: only the parts that differ are put in.
for (const form of document.querySelectorAll("[data-live]")) {
  const result = document.querySelector(form.dataset.live);
  let waiting, asking;

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    result.classList.add("busy");
    try {
      const answer = await fetch(address, { signal: asking.signal });
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = shown.querySelector(`[data-part="${part.dataset.part}"]`);
        if (fresh) part.replaceChildren(...fresh.childNodes);
      }
      for (const field of form.querySelectorAll("input[id]")) {
        for (const mark of ["aria-invalid", "aria-describedby"]) {
          const said = shown.getElementById(field.id)?.getAttribute(mark);
          if (said) field.setAttribute(mark, said); else field.removeAttribute(mark);
        }
      }
      history.replaceState(null, "", address);
      result.classList.remove("busy");
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
}

// A field with a middle gets a slider from half to one and a half of it.
for (const field of document.querySelectorAll("[data-slide]")) {
  const slider = document.createElement("input"), middle = Number(field.dataset.slide);
  const amount = () => Number(field.value.replace(/[^0-9.]/g, "")) || middle;
  Object.assign(slider, { type: "range", min: middle / 2, max: middle * 1.5, step: middle / 100 });
  slider.value = amount();
  slider.setAttribute("aria-label", field.closest("label").textContent.trim());
  slider.addEventListener("input", () => { field.value = Number(slider.value).toLocaleString("en"); });
  field.addEventListener("input", () => { slider.value = amount(); });
  field.closest("label").after(slider);
}

// Where the browser lets a page copy, a button does.
for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).textContent;
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.copied;
  });
}
