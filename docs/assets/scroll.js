/* What scrolls sideways can be reached with the keyboard. The theme wraps tables when the page has
   loaded, and a smaller window makes more of them scroll. */
(function () {
  function reachable() {
    document.querySelectorAll(".md-typeset__scrollwrap, .terminal pre").forEach(function (area) {
      if (area.scrollWidth > area.clientWidth) {
        area.tabIndex = 0;
      } else {
        area.removeAttribute("tabindex");
      }
    });
  }
  window.addEventListener("load", reachable);
  window.addEventListener("resize", reachable);
})();
