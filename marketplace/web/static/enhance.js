/* Optional: every page works without this file. */
"use strict";
(function () {
  /* A second click on a button that is already at work does nothing. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
  });
  /* The page comes back from the browser's memory: its forms may be sent again. */
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  });
  /* Errors are read first. */
  var summary = document.getElementById("error-summary");
  if (summary) summary.focus();
  /* A button that prints; without a script the browser's own menu does. */
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  /* An open menu closes with Escape or a click elsewhere. */
  function close(except) {
    document.querySelectorAll("details.site-menu[open], details.site-person[open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) { close(event.target); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = event.target.closest && event.target.closest("details.site-menu, details.site-person");
    close();
    if (menu) menu.querySelector("summary").focus();
  });
})();
