// Arrow keys move between the cells of a matrix, Home and End to the ends of a row; one stop for the Tab key.
// Enter opens a cell because every cell with a number is a link.

function collectGrid(table) {
  return [...table.tBodies[0].rows].map((row) => [...row.cells].filter((cell) => cell.tagName === "TD")
    .map((cell) => cell.querySelector("a")));
}

function findNext(grid, row, column, down, right) {
  for (let r = row + down, c = column + right; grid[r] && c >= 0 && c < grid[r].length; r += down, c += right) {
    if (grid[r][c]) return grid[r][c];
  }
  return null;
}

function connectMatrix(table) {
  const grid = collectGrid(table);
  const links = grid.flat().filter(Boolean);
  const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const focus = (link) => {
    links.forEach((other) => { other.tabIndex = -1; });
    link.tabIndex = 0;
    link.focus();
  };
  links.forEach((link, index) => { link.tabIndex = index === 0 ? 0 : -1; });
  table.addEventListener("keydown", (event) => {
    const row = grid.findIndex((cells) => cells.includes(event.target));
    if (row < 0) return;
    const column = grid[row].indexOf(event.target);
    const filled = grid[row].filter(Boolean);
    const next = event.key === "Home" ? filled[0] : event.key === "End" ? filled.at(-1)
      : moves[event.key] && findNext(grid, row, column, ...moves[event.key]);
    if (!next) return;
    event.preventDefault();
    focus(next);
  });
}

for (const table of document.querySelectorAll(".matrix")) {
  connectMatrix(table);
  document.documentElement.classList.add("has-script");
}
