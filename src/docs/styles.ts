/** The look of every page, light and dark, from a phone up. */
export const styles = /* css */ `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f7, #141318);
  --card: light-dark(#ffffff, #1c1b21);
  --sunk: light-dark(#f3f1ee, #0f0e12);
  --ink: light-dark(#1e1b22, #e8e5ec);
  --muted: light-dark(#67616e, #a09aaa);
  --line: light-dark(#e5e1dc, #302e37);
  --line-strong: light-dark(#cfc9c2, #46434f);
  --accent: light-dark(#a3123f, #ff86a5);
  --accent-ink: light-dark(#ffffff, #2a0410);
  --accent-wash: light-dark(#fbeef2, #2a151c);
  --assumed: light-dark(#855300, #e9b65a);
  --assumed-line: light-dark(#d9a441, #8a672a);
  --assumed-wash: light-dark(#fff8e8, #241d10);
  --good: light-dark(#0b6b3a, #6fd39b);
  --good-wash: light-dark(#e5f5ec, #12291d);
  --bad: light-dark(#a8281a, #ff9a8a);
  --bad-wash: light-dark(#fdecea, #301512);
  --info: light-dark(#0d5aa7, #82baf5);
  --info-wash: light-dark(#e6f0fb, #11233a);
  --other: light-dark(#6a3fb0, #c4a5f7);
  --other-wash: light-dark(#f1eafb, #241a38);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --bar: 3.25rem;
}
* { box-sizing: border-box; }
html { scroll-padding-top: calc(var(--bar) + 1rem); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: break-word; }
[hidden] { display: none !important; }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2vw, 2.4rem); letter-spacing: -.02em; }
h2 { font-size: 1.5rem; letter-spacing: -.015em; margin: 0 0 .5rem; }
h3 { font-size: 1.3rem; letter-spacing: -.01em; }
h4 { font-size: 1rem; margin: 2rem 0 .6rem; }
h5 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--muted); margin: 1rem 0 .25rem; font-weight: 600; }
h6 { font-size: .9rem; margin: 1rem 0 .25rem; }
p { margin: 0 0 .6rem; }
.eyebrow { font: 600 .8125rem/1 var(--mono); color: var(--accent); margin: 0 0 .5rem; }
.heading-line { display: flex; align-items: baseline; gap: .6rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
a.self { color: inherit; text-decoration: none; }
a.self:hover::after { content: " #"; color: var(--muted); font-weight: 400; }
code { font: .86em/1.45 var(--mono); }
.prose code, .fact code, .entry-line .type code, td code, .meta code, .step code, .lead code { background: var(--sunk); border-radius: .25rem; padding: .08em .3em; }
.muted { color: var(--muted); }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 10; background: var(--card); padding: .5rem 1rem; }

/* The bar at the top */
.bar { position: sticky; top: 0; z-index: 5; display: flex; align-items: center; gap: 1.25rem; height: var(--bar); padding: 0 1.25rem; background: color-mix(in srgb, var(--paper) 88%, transparent); backdrop-filter: blur(10px); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 700; letter-spacing: -.01em; color: var(--ink); text-decoration: none; }
.brand svg { width: 1.6rem; height: 1.6rem; }
.bar nav { flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: none; }
.bar ul { display: flex; gap: .15rem; list-style: none; margin: 0; padding: 0; }
.bar li a { display: block; padding: .3rem .6rem; border-radius: .4rem; color: var(--muted); text-decoration: none; white-space: nowrap; font-size: .875rem; }
.bar li a:hover { color: var(--ink); background: var(--sunk); }
.bar li a[aria-current] { color: var(--accent); background: var(--accent-wash); font-weight: 600; }
.theme select { border-color: transparent; background: none; color: var(--muted); width: auto; padding: .25rem; }
.foot { border-top: 1px solid var(--line); color: var(--muted); font-size: .8125rem; padding: 1.25rem; text-align: center; }

/* Statements and assumptions */
.mark { box-decoration-break: clone; -webkit-box-decoration-break: clone; font-size: .6875rem; line-height: 1.35; font-weight: 600; letter-spacing: .01em; color: var(--assumed); border: 1px dashed var(--assumed-line); border-radius: .3rem; padding: 0 .3rem; vertical-align: .08em; background: var(--assumed-wash); }
.why { margin: .25rem 0; font-size: .8125rem; line-height: 1.45; color: var(--assumed); padding-left: .7rem; border-left: 2px dotted var(--assumed-line); }
.fact.assumed, .value.assumed code, .required.assumed, .type .assumed { text-decoration: underline dashed var(--assumed-line); text-underline-offset: .22em; }
body:has(input[name=assumptions][value=marked]:checked) .why:not(.answer *) { display: none; }
body:has(input[name=assumptions][value=hidden]:checked) :is(.assumed, .mark, .legend) { display: none !important; }
body:has(input[name=assumptions][value=hidden]:checked) .group:not(:has(.entries > .entry:not(.assumed))) { display: none; }
body:has(input[name=assumptions][value=hidden]:checked) .unstated { display: inline-block; }

/* Search and switch */
.search { display: flex; flex-direction: column; gap: .25rem; margin: 0; }
.search label { display: block; }
.search output { font-size: .75rem; color: var(--muted); min-height: 1.1rem; }
input, select, textarea, button { font: inherit; color: inherit; }
input:not([type=radio], [type=checkbox], [type=file]), select, textarea { width: 100%; background: var(--card); border: 1px solid var(--line-strong); border-radius: .4rem; padding: .4rem .6rem; font-size: .875rem; }
input:hover, select:hover, textarea:hover { border-color: var(--muted); }
input[type=search]::placeholder { color: var(--muted); }
.switch { border: 0; margin: 0; padding: 0; min-width: 0; font-size: .8125rem; }
.switch > div { display: grid; grid-template-columns: repeat(3, 1fr); background: var(--sunk); border-radius: .5rem; }
.switch legend { font-size: .75rem; color: var(--muted); padding: 0 0 .3rem; font-weight: 600; }
.switch label { text-align: center; cursor: pointer; }
.switch input { position: absolute; opacity: 0; }
.switch span { display: block; padding: .25rem .5rem; margin: .15rem; border-radius: .38rem; color: var(--muted); }
.switch input:checked + span { background: var(--card); color: var(--assumed); box-shadow: 0 0 0 1px var(--line-strong); font-weight: 600; }
.switch input:focus-visible + span { outline: 2px solid var(--accent); }
::highlight(found) { background: light-dark(#ffe27a, #7a5c00); color: light-dark(#1e1b22, #fff); }
.no-match { padding: 2rem 0; color: var(--muted); }

/* An API's page */
.layout { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); }
.side { border-right: 1px solid var(--line); }
.side-inner { position: sticky; top: var(--bar); max-height: calc(100vh - var(--bar)); overflow-y: auto; padding: 1.25rem; scrollbar-width: thin; }
.side-fold > summary { display: none; font-weight: 600; font-size: .875rem; cursor: pointer; padding: .35rem 0; }
.side-inner .switch { margin: .5rem 0; }
.side-fold:not([open]) > summary { display: list-item; }
.toc { list-style: none; margin: 1.25rem 0 0; padding: 0; font-size: .875rem; line-height: 1.35; }
.toc a { display: flex; gap: .5rem; align-items: baseline; padding: .35rem .5rem; margin-left: -.5rem; border-radius: .4rem; color: var(--ink); text-decoration: none; }
.toc a:hover { background: var(--sunk); }
.toc .method { flex: none; width: 3.1rem; text-align: center; font-size: .5625rem; }
.toc.minor { border-top: 1px solid var(--line); padding-top: .75rem; margin-top: .9rem; }
.toc.minor a { color: var(--muted); }
main { padding: 2.25rem clamp(1rem, 3vw, 3rem) 4rem; min-width: 0; }
.intro { max-width: 46rem; }
.lead { font-size: 1.125rem; color: var(--muted); margin: .6rem 0; text-wrap: pretty; }
.type:empty { display: none; }
.meta { margin-top: .6rem; font-size: .875rem; color: var(--muted); }
.legend { font-size: .875rem; border: 1px dashed var(--assumed-line); background: var(--assumed-wash); border-radius: .5rem; padding: .6rem .9rem; margin-top: 1rem; }
.plain, .tag { margin-top: 3rem; padding-top: 2rem; border-top: 1px solid var(--line); }
.tag > .prose { max-width: 46rem; }
.operation { padding: 2rem 0 2.5rem; border-bottom: 1px solid var(--line); }
.operation:last-of-type { border-bottom: 0; }
.request-line { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .6rem; margin: .6rem 0 .25rem; }
.path { font-size: .9375rem; font-weight: 600; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem clamp(1.5rem, 3vw, 3rem); margin-top: 1rem; }
.reading { min-width: 0; max-width: 46rem; }
.calling-inner { display: grid; gap: .9rem; }
.calling { min-width: 0; }
@media (min-width: 82rem) {
  .columns { grid-template-columns: minmax(0, 46rem) minmax(22rem, 32rem); }
  .calling-inner { position: sticky; top: calc(var(--bar) + 1rem); max-height: calc(100vh - var(--bar) - 2rem); overflow-y: auto; scrollbar-width: thin; padding: 1px; }
}
@media (max-width: 81.99rem) { .calling { order: -1; max-width: 46rem; } .calling .answer-example { display: none; } }
.prose > :last-child { margin-bottom: 0; }
.prose ul, .prose ol { padding-left: 1.2rem; margin: .4rem 0 .8rem; }
.prose li { margin: .25rem 0; }
.prose li::marker { color: var(--line-strong); }
.method { display: inline-block; font: 700 .6875rem/1 var(--mono); letter-spacing: .02em; padding: .28rem .4rem; border-radius: .3rem; background: var(--sunk); color: var(--muted); }
.m-get, .m-head { color: var(--info); background: var(--info-wash); }
.m-post { color: var(--good); background: var(--good-wash); }
.m-put, .m-patch { color: var(--other); background: var(--other-wash); }
.m-delete { color: var(--bad); background: var(--bad-wash); }
.status { display: inline-block; font: 700 .8125rem/1 var(--mono); padding: .3rem .42rem; border-radius: .3rem; background: var(--sunk); color: var(--muted); }
.status.unstated { display: none; font-family: inherit; font-weight: 500; }
.s2 { color: var(--good); background: var(--good-wash); }
.s3 { color: var(--info); background: var(--info-wash); }
.s4, .s5 { color: var(--bad); background: var(--bad-wash); }
.security { margin: 1.25rem 0 .25rem; }

/* Members and parameters */
.entries { list-style: none; margin: .35rem 0 0; padding: 0; border-top: 1px solid var(--line); }
.entries .entries { margin: .5rem 0 0; border: 1px solid var(--line); border-radius: .5rem; padding: 0 .9rem; background: color-mix(in srgb, var(--sunk) 40%, transparent); }
.entry { padding: .65rem 0; border-top: 1px solid var(--line); }
.entry:first-child { border-top: 0; }
.entry-line { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .65rem; font-size: .8125rem; }
.entry-name code { font-size: .9375rem; font-weight: 600; overflow-wrap: anywhere; }
.entry-name em { font-style: normal; font-weight: 600; font-size: .875rem; }
.type { color: var(--muted); }
.fact { color: var(--muted); overflow-wrap: anywhere; }
.required { color: var(--accent); font-weight: 600; font-size: .75rem; }
.values { display: inline-flex; flex-wrap: wrap; gap: .2rem .3rem; }
.value code { display: inline-block; background: var(--sunk); border-radius: .25rem; padding: .02rem .32rem; overflow-wrap: anywhere; }
.value.assumed code { background: var(--assumed-wash); }
.entry .prose { font-size: .9375rem; margin-top: .15rem; }
.examples-line { margin: .35rem 0 0; font-size: .8125rem; }
.examples-line > div { display: flex; flex-wrap: wrap; gap: .1rem .6rem; }
.examples-line dt { color: var(--muted); }
.examples-line dd { margin: 0; overflow-wrap: anywhere; }
.schema > .entry-line:not(:has(*)) { display: none; }
.fold > summary, .example > summary, .values-fold > summary { cursor: pointer; font-size: .8125rem; color: var(--muted); width: fit-content; }
.fold { margin-top: .4rem; }
.fold > summary:hover, .example > summary:hover { color: var(--ink); }
.values-fold { flex-basis: 100%; margin: .15rem 0 0; }
.values-fold .values { max-height: 16rem; overflow-y: auto; padding: .5rem 0; }
.media { margin-top: .9rem; }
.media-name { margin: 0 0 .25rem; font-size: .8125rem; color: var(--muted); }
.examples { margin-top: .6rem; display: grid; gap: .35rem; }
.example { border: 1px solid var(--line); border-radius: .5rem; }
.example.assumed { border-style: dashed; border-color: var(--assumed-line); }
.example > summary { padding: .4rem .75rem; width: auto; }
.example > .code { border: 0; border-top: 1px solid var(--line); border-radius: 0 0 .5rem .5rem; }
.example > .why { margin: 0 .75rem .5rem; }
.response { border: 1px solid var(--line); border-radius: .6rem; margin-bottom: .5rem; background: var(--card); }
.response.assumed { border-style: dashed; border-color: var(--assumed-line); }
.response > summary { cursor: pointer; display: flex; align-items: center; gap: .6rem; padding: .55rem .9rem; }
.response > summary::after { content: "▸"; margin-left: auto; color: var(--muted); transition: rotate .15s; }
.response[open] > summary::after { rotate: 90deg; }
.response > summary::marker { content: ""; }
.response > summary::-webkit-details-marker { display: none; }
.status-text { font-size: .9375rem; }
.response-body { padding: .2rem .9rem .9rem; border-top: 1px solid var(--line); padding-top: .75rem; }

/* Code */
.code { margin: 0; padding: .8rem .95rem; background: var(--sunk); border: 1px solid var(--line); border-radius: .5rem; overflow: auto; max-height: 28rem; scrollbar-width: thin; tab-size: 2; font: .8125rem/1.55 var(--mono); }
.code code { font: inherit; white-space: pre; }
.code.small { padding: .4rem .6rem; }
.note { color: var(--muted); font-size: .875rem; margin: .5rem 0 0; }
.code.small { font-size: .75rem; }
.code i { font-style: normal; }
.j-name { color: light-dark(#7b1036, #ff9db5); }
.j-text { color: light-dark(#14632f, #9ad8a6); }
.j-number { color: light-dark(#0d5aa7, #8fc3ff); }
.j-literal { color: light-dark(#7a3fb5, #cbaaf7); }
.card { border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; background: var(--card); min-width: 0; }
.card-head { display: flex; justify-content: space-between; align-items: center; margin: 0; padding: .4rem .5rem .4rem .95rem; font-size: .75rem; font-weight: 600; color: var(--muted); border-bottom: 1px solid var(--line); min-height: 2.3rem; }
.card .code { border: 0; border-radius: 0; }
button { cursor: pointer; }
.primary, .button { display: inline-block; background: var(--accent); color: var(--accent-ink); border: 1px solid transparent; border-radius: .45rem; padding: .45rem .95rem; font-weight: 600; font-size: .875rem; text-decoration: none; }
.primary:hover, .button:hover { filter: brightness(1.08); }
.calling .primary { justify-self: start; }
.quiet { background: none; border: 1px solid var(--line-strong); border-radius: .4rem; padding: .2rem .55rem; font-size: .75rem; color: var(--ink); }
.quiet:hover { background: var(--sunk); }
.link { background: none; border: 0; padding: 0; color: var(--accent); text-decoration: underline; text-underline-offset: .18em; text-align: left; overflow-wrap: anywhere; }

/* Tables */
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; margin: .6rem 0; }
th { text-align: left; font-size: .75rem; color: var(--muted); font-weight: 600; white-space: nowrap; }
th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.prose table { font-size: .8125rem; }
.given { font-size: .8125rem; margin: .15rem 0 0; overflow-wrap: anywhere; }

/* Try it */
.try-it { border: 1px solid var(--line-strong); border-radius: .6rem; background: var(--card); padding: .95rem; box-shadow: 0 4px 18px light-dark(#0000000d, #00000055); }
.try-form { display: grid; gap: .8rem; }
.choices { display: grid; gap: .6rem; }
.choice > span, .try-form legend { display: block; font-size: .75rem; font-weight: 600; color: var(--muted); margin-bottom: .2rem; padding: 0; }
.try-form fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.pairs { display: grid; gap: .3rem; }
.pairs:not(:empty) + .quiet { margin-top: .35rem; }
.pair { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto; gap: .3rem; align-items: center; }
.pair.fixed { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
.pair input, .try-form textarea { font-family: var(--mono); font-size: .78rem; }
.try-form textarea { display: block; resize: vertical; line-height: 1.45; white-space: pre; overflow-wrap: normal; overflow-x: auto; }
.try-form input[type=file] { margin-top: .4rem; font-size: .8125rem; max-width: 100%; }
.given ul { margin: .2rem 0 0; padding-left: 1.6rem; }
.check { font-size: .8125rem; font-weight: 600; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.answer:empty { display: none; }
.answer { border-top: 1px solid var(--line); padding-top: .8rem; display: grid; gap: .6rem; }
.answer > div { display: grid; gap: .55rem; min-width: 0; }
.answer .code code { white-space: pre-wrap; overflow-wrap: anywhere; }
.answer p { margin: 0; font-size: .875rem; }
.status-line .status { font-size: .9375rem; }
.refusal { font-size: .875rem; }
.refusal .why { margin: .5rem 0 0; }
.refusal, .failure { background: var(--bad-wash); border-radius: .45rem; padding: .5rem .7rem; overflow-wrap: anywhere; }
.surprise { background: var(--assumed-wash); border-radius: .45rem; padding: .5rem .7rem; }
.headers { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .1rem .8rem; font: .75rem/1.5 var(--mono); margin: .3rem 0 0; }
.headers dt { color: var(--muted); }
.headers dd { margin: 0; overflow-wrap: anywhere; }
.flash { animation: flash 2.4s ease-out; border-radius: .4rem; }
@keyframes flash { from { background: light-dark(#ffe27a, #6b5200); box-shadow: 0 0 0 .5rem light-dark(#ffe27a, #6b5200); } }

/* Setup */
.side-by-side { display: grid; gap: 1rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.side-by-side > * { min-width: 0; }
.side-by-side h4:first-child { margin-top: .75rem; }
.urls, .credentials { list-style: none; padding: 0; margin: 0; }
.urls li { margin: .2rem 0; font-size: .9375rem; overflow-wrap: anywhere; }
.credentials li { margin: .5rem 0; }
.credentials p { margin: 0 0 .2rem; font-size: .875rem; }
.refused-tag { font-size: .75rem; color: var(--bad); }
.scheme { margin-top: .8rem; font-size: .875rem; }

/* The first page */
.overview { max-width: 76rem; margin: 0 auto; }
.hero { max-width: 48rem; padding: 1.5rem 0 1rem; }
.hero h1 { font-size: clamp(2rem, 1.3rem + 3vw, 3.1rem); }
.address { font-size: .9375rem; color: var(--muted); }
.address code { color: var(--ink); background: var(--sunk); padding: .2rem .45rem; border-radius: .3rem; }
.steps { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); margin: 1rem 0 2rem; }
.step { border-top: 2px solid var(--accent); padding-top: .75rem; font-size: .9375rem; min-width: 0; }
.step h2 { font-size: 1.0625rem; margin-bottom: .35rem; }
.step pre { margin-bottom: .6rem; }
.overview-controls { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: end; margin-bottom: 1.25rem; }
.overview-controls .search { flex: 1 1 18rem; max-width: 28rem; }
.overview-controls .switch { width: 20rem; margin-bottom: 1.35rem; }
.api-card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: clamp(1rem, 2.5vw, 2rem); margin-bottom: 1.5rem; }
.api-card h2 { scroll-margin-top: 5.5rem; }
.api-card .lead { font-size: 1rem; margin: .2rem 0 .5rem; }
.api-card > .prose { max-width: 48rem; }
.operations a { text-decoration: none; white-space: nowrap; }
.operations a:hover code { text-decoration: underline; }
.operations a code { color: var(--ink); }
.chips .status { margin: 0 .1rem .15rem 0; font-size: .75rem; padding: .22rem .32rem; }
.more { display: flex; gap: 1.25rem; align-items: center; margin: 1rem 0 0; font-size: .875rem; }

@media (max-width: 56rem) {
  .layout { display: block; }
  .side { border-right: 0; border-bottom: 1px solid var(--line); }
  .side-inner { position: static; max-height: none; padding: .75rem 1rem; }
  .side-fold > summary { display: list-item; }
  .toc { margin-top: .25rem; }
  .bar { gap: .75rem; padding: 0 1rem; }
  .brand span { display: none; }
  main { padding-top: 1.5rem; }
}
@media print { .bar, .side, .calling, .switch, .search { display: none; } .layout { display: block; } }
`
