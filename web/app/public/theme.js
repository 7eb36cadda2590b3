// Before the first paint, so that nobody who chose the dark is dazzled: the theme that was chosen here, if any.
(function () {
  try {
    var theme = localStorage.getItem("repartee.theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    }
  } catch (_) {
    // No storage: as the system says.
  }
})();
