/** The page's own style, in the colours that the reader's system prefers. */
export const styles = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --inset: #f3f4f7; --line: #dfe2e8; --text: #1b1f27; --soft: #5c6573;
  --accent: #2f5fd0; --red: #b3261e; --red-ground: #fdecea; --amber: #8a5300; --amber-ground: #fdf1dc;
  --green: #1a6b3c; --green-ground: #e4f4ea; --violet: #6639a6; --violet-ground: #f1eafb; --grey: #4f5866; --grey-ground: #e9ecf1;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --card: #1c2027; --inset: #15181e; --line: #313742; --text: #e6e9ee; --soft: #a0a9b8;
    --accent: #8fb0ff; --red: #ff9d94; --red-ground: #42201e; --amber: #f3c069; --amber-ground: #3d2e13;
    --green: #7fd6a0; --green-ground: #17352a; --violet: #cbaaff; --violet-ground: #33264a; --grey: #bcc4d0; --grey-ground: #2c323c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 var(--sans); -webkit-text-size-adjust: 100%; }
.top, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
.top { padding-top: 40px; }
h1 { font-size: 30px; line-height: 1.2; margin: 2px 0 12px; letter-spacing: -.015em; overflow-wrap: anywhere; }
h1 .sep { color: var(--soft); }
h2 { font-size: 20px; letter-spacing: -.01em; margin: 40px 0 12px; }
h3 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 22px 0 8px; }
h4 { font-size: 12px; font-weight: 600; color: var(--soft); margin: 0 0 6px; }
.eyebrow { margin: 0; font-size: 13px; color: var(--soft); }
code, pre, kbd { font-family: var(--mono); font-size: 12.5px; }
code { overflow-wrap: anywhere; }
.verdict { display: inline-flex; align-items: center; gap: 8px; margin: 0; padding: 5px 13px 5px 11px; border-radius: 99px; font-weight: 600; }
.verdict small { font-weight: 400; opacity: .85; }
.verdict .dot { width: 9px; height: 9px; border-radius: 50%; background: currentColor; }
.verdict.good { color: var(--green); background: var(--green-ground); }
.verdict.bad { color: var(--red); background: var(--red-ground); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 16px 0 0; }
.facts div { display: flex; gap: 8px; align-items: baseline; min-width: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
.tiles { display: flex; flex-wrap: wrap; gap: 1px; margin: 28px 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.tiles > * { flex: 1 1 110px; }
.tile { display: flex; flex-direction: column; justify-content: space-between; gap: 4px; background: var(--card); padding: 12px 16px 10px; }
.tile dt { font-size: 12.5px; line-height: 1.35; color: var(--soft); }
.tile dd { margin: 0; font-size: 24px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.tile.pass dd { color: var(--green); }
.tile.failure dd { color: var(--red); }
.tile.assumption dd { color: var(--amber); }
.tile.flaky dd { color: var(--violet); }
.filters { position: sticky; top: 0; z-index: 2; background: var(--ground); padding: 10px 0 12px; border-bottom: 1px solid var(--line); }
.filters .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.filters .row + .row { margin-top: 8px; justify-content: space-between; }
.search { position: relative; flex: 1 1 220px; }
.search kbd { position: absolute; right: 9px; top: 7px; color: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; line-height: 19px; pointer-events: none; }
.search input:focus + kbd, .search input:not(:placeholder-shown) + kbd { display: none; }
input[type=search], select { width: 100%; height: 36px; font: inherit; font-size: 14px; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: 0 10px; }
select { width: auto; max-width: 240px; padding-right: 6px; }
input::placeholder { color: var(--soft); opacity: 1; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; border: 0; margin: 0; padding: 0; min-width: 0; }
.chip { display: inline-flex; align-items: center; gap: 6px; padding: 3px 11px 3px 8px; border: 1px solid var(--line); border-radius: 99px; font-size: 13px; background: var(--card); cursor: pointer; user-select: none; }
.chip input { margin: 0; accent-color: var(--accent); }
.chip b { font-weight: 600; font-variant-numeric: tabular-nums; }
.chip:not(:has(:checked)) { color: var(--soft); background: none; }
.shown { margin: 0; font-size: 13px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
button { font: inherit; cursor: pointer; }
.quiet { border: 0; background: none; color: var(--accent); padding: 2px; font-size: 13px; }
.quiet:hover { text-decoration: underline; }
.entry { background: var(--card); border: 1px solid var(--line); border-radius: 9px; margin: 0 0 8px; }
.entry > summary { list-style: none; display: grid; grid-template-columns: auto 1fr auto 18px; gap: 3px 12px; align-items: baseline; padding: 11px 14px; cursor: pointer; border-radius: 9px; }
.entry > summary::-webkit-details-marker { display: none; }
.entry > summary::after { content: ""; grid-column: 4; grid-row: 1; align-self: center; justify-self: center; width: 7px; height: 7px; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: translateY(-2px) rotate(45deg); }
.entry[open] > summary::after { transform: translateY(2px) rotate(225deg); }
.entry[open] > summary { border-radius: 9px 9px 0 0; }
.entry > summary:hover { background: var(--inset); }
.title { font-weight: 550; overflow-wrap: anywhere; min-width: 0; }
.times { color: var(--soft); font-variant-numeric: tabular-nums; font-size: 13px; }
.meta { grid-column: 2 / 4; font-size: 13px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 0 10px; }
.meta .api + code, .meta code { color: inherit; }
.api { color: var(--soft); font-weight: 400; }
.pill { font-size: 12px; line-height: 1.6; padding: 1px 9px; border-radius: 99px; white-space: nowrap; font-weight: 600; min-width: 92px; text-align: center; }
.pill.failure, td.failure { color: var(--red); }
.pill.assumption, td.assumption { color: var(--amber); }
.pill.flaky { color: var(--violet); }
.pill.silenced, .pill.not-reached, td.not-reached { color: var(--grey); }
.pill.failure { background: var(--red-ground); }
.pill.assumption { background: var(--amber-ground); }
.pill.flaky { background: var(--violet-ground); }
.pill.silenced, .pill.not-reached { background: var(--grey-ground); }
.body { padding: 14px 14px 12px; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.body > * { min-width: 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 14px; }
.pair > div { min-width: 0; }
pre { margin: 0; padding: 10px 12px; background: var(--inset); border-radius: 7px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 420px; overflow: auto; }
.spec p { margin: 0 0 8px; max-width: 80ch; }
.spec .where { overflow-wrap: anywhere; }
.spec .says { white-space: pre-line; color: var(--soft); font-size: 14px; max-height: 10lh; overflow: auto; }
.why { color: var(--amber); background: var(--amber-ground); padding: 6px 11px; border-radius: 7px; font-size: 14px; }
.copyable { position: relative; }
.copyable .copy { position: absolute; right: 6px; bottom: 6px; }
.copy { border: 1px solid var(--line); background: var(--card); color: var(--text); border-radius: 6px; font-size: 12px; padding: 2px 10px; min-width: 60px; }
.js .copyable pre { padding-right: 84px; min-height: 40px; }
.copy:hover { border-color: var(--soft); }
.more > summary { cursor: pointer; font-size: 13px; color: var(--accent); }
.more[open] > summary { margin-bottom: 8px; }
.steps, .cases { margin: 0; padding: 0 0 0 22px; font-size: 13.5px; overflow-wrap: anywhere; }
.cases { list-style: none; padding: 0; color: var(--soft); }
.came { color: var(--soft); font-variant-numeric: tabular-nums; }
.came::before { content: "→ "; }
.key { margin: 0; font-size: 12.5px; color: var(--soft); overflow-wrap: anywhere; }
.key span { font-weight: 600; margin-right: 4px; }
.key code { font-size: 12px; }
.scroll { position: relative; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 7px 14px; border-bottom: 1px solid var(--line); vertical-align: baseline; font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { font-size: 12.5px; color: var(--soft); white-space: nowrap; }
tbody th { white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
td.failure, td.assumption { font-weight: 600; }
.zero { color: var(--soft); opacity: .6; }
.status { display: inline-block; font-size: 12.5px; font-variant-numeric: tabular-nums; padding: 0 7px; border-radius: 5px; border: 1px solid transparent; margin: 1px 0; }
.status.seen { color: var(--green); background: var(--green-ground); }
.status.unseen { color: var(--soft); border: 1px dashed var(--line); text-decoration: line-through; }
.empty { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 22px 16px; margin: 12px 0; }
footer { color: var(--soft); font-size: 13px; padding-top: 24px; padding-bottom: 56px; }
footer p { max-width: 84ch; margin: 0; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.js-only { display: none !important; }
.js .js-only { display: revert !important; }
[hidden] { display: none !important; }
@media (max-width: 640px) {
  .top, main, footer { padding-left: 14px; padding-right: 14px; }
  .top { padding-top: 24px; }
  h1 { font-size: 25px; }
  .filters { position: static; }
  .search { flex-basis: 100%; }
  .filters .row > label:not(.search) { flex: 1 1 40%; }
  .filters select { max-width: none; width: 100%; }
  .entry > summary { grid-template-columns: auto 1fr 18px; }
  .entry > summary::after { grid-column: 3; }
  .times { grid-column: 2; grid-row: 1; }
  .title { grid-column: 1 / 4; }
  .meta { grid-column: 1 / 4; }
}
@media print {
  .filters, .copy { display: none !important; }
  body { background: none; }
  pre { max-height: none; }
}
`
