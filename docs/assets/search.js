/* In the theme's search a leading minus excludes a word, so `--uds-name` would find nothing, and
   `uds-path-mismatch` would find every page with one of its words. On its way to the search
   worker an option or a word with hyphens becomes its parts, all of them required. */
(function () {
  var hyphenated = /(^|\s)(?:--(?=\w)|(?=[^\s-]+-[^\s-]))([^\s":*+^~]+)/g;
  var send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message) {
    if (message && typeof message.data === "string") {
      message.data = message.data.replace(hyphenated, function (_, before, word) {
        return before + "+" + word.split("-").filter(Boolean).join("* +") + "*";
      });
    }
    return send.apply(this, arguments);
  };
})();
