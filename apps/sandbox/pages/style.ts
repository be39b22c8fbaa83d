/** One style sheet for all pages; system fonts, light and dark, from 320 pixels up. */
export const STYLE = `
:root { --ground:#f4f5f7; --card:#fff; --ink:#1d2129; --soft:#5f6672; --line:#e2e5ea; --green:#07c160; --green-ink:#036b36; --blue:#1f5fbf; --red:#b3261e; --amber:#8a5a00;
  --radius:12px; font-family:system-ui,-apple-system,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ground:#14161a; --card:#1e2127; --ink:#eceef2; --soft:#a3a9b5; --line:#31353e; --green:#0bbd61; --green-ink:#5fe29c; --blue:#8fb8ff; --red:#ff8a80; --amber:#ffcb6b; } }
* { box-sizing:border-box; }
body { margin:0; background:var(--ground); color:var(--ink); font-size:16px; line-height:1.55; }
a { color:var(--blue); }
h1 { font-size:1.375rem; margin:0 0 1rem; } h2 { font-size:1.0625rem; margin:0 0 .5rem; }
.en, small { color:var(--soft); font-size:.8125em; font-weight:400; }
.top { background:var(--card); border-bottom:1px solid var(--line); padding:.75rem 1rem 0; display:flex; flex-wrap:wrap; gap:.25rem 1.5rem; align-items:baseline; }
.brand { font-weight:600; margin:0; } .now { margin:0; color:var(--soft); font-variant-numeric:tabular-nums; }
nav { display:flex; gap:.25rem; overflow-x:auto; width:100%; scrollbar-width:none; }
nav a { display:flex; flex-direction:column; padding:.5rem .75rem; text-decoration:none; color:var(--soft); white-space:nowrap; border-bottom:3px solid transparent; }
nav a[aria-current] { color:var(--ink); border-color:var(--green); font-weight:600; }
.desk main { max-width:72rem; margin:0 auto; padding:1.25rem 1rem 4rem; }
.cards { display:grid; gap:.75rem; grid-template-columns:repeat(auto-fill,minmax(15rem,1fr)); padding:0; margin:0; list-style:none; }
.card { background:var(--card); border:1px solid var(--line); border-radius:var(--radius); padding:1rem; margin:0 0 .75rem; }
a.card { color:inherit; text-decoration:none; display:block; margin:0; height:100%; } a.card.goods { display:flex; } a.card:hover { border-color:var(--green); }
.card p { margin:.25rem 0; } .soft { color:var(--soft); } .number { font-variant-numeric:tabular-nums; overflow-wrap:anywhere; }
.row { display:flex; flex-wrap:wrap; gap:.5rem; align-items:center; } form.row, form .row { align-items:flex-end; } form.row > label:not(.narrow) { flex:1 1 12rem; max-width:36rem; } .row.end { margin-top:.75rem; }
.tag { border:1px solid var(--line); border-radius:99px; padding:.0625rem .625rem; font-size:.8125rem; color:var(--soft); white-space:nowrap; }
.tag.good { color:var(--green-ink); border-color:currentColor; } .tag.bad { color:var(--red); border-color:currentColor; } .tag.wait { color:var(--amber); border-color:currentColor; }
button, .button { font:inherit; min-height:2.5rem; padding:.375rem 1rem; border-radius:8px; border:1px solid var(--line); background:var(--card); color:var(--ink); cursor:pointer; text-decoration:none; display:inline-flex; gap:.375em; align-items:center; justify-content:center; }
button:hover, .button:hover { border-color:var(--soft); } button.main { background:#067a3e; border-color:#067a3e; color:#fff; font-weight:600; }
button:disabled { opacity:.55; cursor:progress; }
:focus-visible { outline:3px solid var(--blue); outline-offset:2px; }
label { display:flex; flex-direction:column; gap:.25rem; font-size:.875rem; color:var(--soft); }
input, select { font:inherit; color:var(--ink); background:var(--card); border:1px solid var(--line); border-radius:8px; padding:.4375rem .625rem; min-height:2.5rem; min-width:0; width:100%; }
label.narrow { width:8.5rem; }
.table { overflow-x:auto; } table { width:100%; border-collapse:collapse; font-size:.9375rem; }
th, td { text-align:left; padding:.5rem .625rem; border-bottom:1px solid var(--line); vertical-align:top; } th { color:var(--soft); font-weight:500; white-space:nowrap; }
td.amount, th.amount { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
.status { padding:.625rem .875rem; border-radius:8px; background:var(--card); border:1px solid var(--line); } .status.bad { color:var(--red); border-color:currentColor; }
.code { font-size:2rem; letter-spacing:.25em; font-weight:600; font-variant-numeric:tabular-nums; }
.clock { font-size:1.75rem; font-weight:600; font-variant-numeric:tabular-nums; margin:0; }
.sheet { max-width:26rem; min-height:100vh; min-height:100dvh; margin:0 auto; padding:3rem 1.25rem 1.5rem; display:flex; flex-direction:column; gap:.75rem; text-align:center; }
.sheet h1 { font-size:1.125rem; font-weight:500; margin:0; } .sheet .price { font-size:2.75rem; font-weight:600; margin:.25rem 0 1rem; font-variant-numeric:tabular-nums; }
.sheet dl { background:var(--card); border-radius:var(--radius); padding:.25rem 1rem; margin:0; text-align:left; } .sheet dl div { display:flex; justify-content:space-between; gap:1rem; padding:.75rem 0; border-bottom:1px solid var(--line); } .sheet dl div:last-child { border:0; }
.sheet dt { color:var(--soft); white-space:nowrap; } .sheet dd { margin:0; text-align:right; overflow-wrap:anywhere; }
.sheet .actions { margin-top:auto; display:flex; flex-direction:column; gap:.625rem; } .sheet .actions button, .sheet .actions .button { min-height:3rem; width:100%; }
.tick { width:4rem; height:4rem; margin:1rem auto; border-radius:50%; background:#067a3e; color:#fff; font-size:2.25rem; line-height:4rem; }
.person { text-align:left; } .goods { display:flex; gap:.875rem; } .goods img { width:4.5rem; height:4.5rem; border-radius:8px; background:var(--ground); flex:none; }
`;
