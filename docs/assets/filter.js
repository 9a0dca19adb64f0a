/* A filter above the long tables: what is typed is looked for in each row. */
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll(".filterable").forEach(function (area) {
    var rows = Array.from(area.querySelectorAll("tbody tr"));
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var sections = Array.from(area.querySelectorAll("h2")).map(function (heading) {
      var parts = [heading];
      for (var next = heading.nextElementSibling; next && next.tagName !== "H2"; next = next.nextElementSibling) {
        parts.push(next);
      }
      return parts;
    });
    var label = document.createElement("label");
    var input = document.createElement("input");
    var none = document.createElement("p");
    label.className = "filter";
    label.textContent = area.dataset.label + " ";
    input.type = "search";
    none.textContent = area.dataset.none;
    none.hidden = true;
    none.setAttribute("role", "status");
    label.appendChild(input);
    area.prepend(label, none);

    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach(function (row, at) {
        row.hidden = !words.every(function (word) { return texts[at].includes(word); });
      });
      sections.forEach(function (parts) {
        var empty = parts.every(function (part) {
          return !part.querySelector("tbody tr:not([hidden])");
        });
        parts.forEach(function (part) { part.hidden = empty; });
      });
      none.hidden = rows.some(function (row) { return !row.hidden; });
    });
  });
});
