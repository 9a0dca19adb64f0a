/* What is typed into the search, on its way to the search worker.

   A leading minus excludes a word there, so `--uds-name` would find nothing, and
   `uds-path-mismatch` would find every page with one of its words: an option or a word with
   hyphens becomes its parts, all of them required.

   The words of a page are stored as they are written. A plain word is also looked for without its
   ending, so that "certificato" finds "certificati"; the exact word counts for more. */
(function () {
  var hyphenated = /(^|\s)(?:--(?=\w)|(?=[^\s-]+-[^\s-]))([^\s":*+^~]+)/g;
  var plain = /(^|\s)(\p{L}\p{Ll}{4,})(?=\s|$)/gu;
  var endings = { de: /(?:en|er|es|e|s|n)$/, en: /(?:ies|es|s|ing|ed|y)$/, it: /[aeio]$/ };
  var ending = endings[document.documentElement.lang];
  var send = Worker.prototype.postMessage;

  function inflected(query) {
    if (!ending || query.includes('"')) {
      return query;
    }
    return query.replace(plain, function (all, before, word) {
      var stem = word.replace(ending, "");
      return stem === word || stem.length < 4 ? all : before + word + "^9 " + word + " " + stem;
    });
  }

  Worker.prototype.postMessage = function (message) {
    if (message && typeof message.data === "string") {
      message.data = inflected(message.data).replace(hyphenated, function (_, before, word) {
        return before + "+" + word.split("-").filter(Boolean).join("* +") + "*";
      });
    }
    return send.apply(this, arguments);
  };
})();
