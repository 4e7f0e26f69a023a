/**
 * The style sheet of an article as a page of its own. A kind is told by the pattern of its line first and by its colour
 * second, as in the editor; where marks lie over each other, each has its line below the one before. It reads in light
 * and dark, in forced colours, on paper, from left to right and from right to left.
 */
import type { LabelSet, Pattern } from '../labelset.ts'

/** So many lines below each other are kept apart; deeper ones share the last. */
export const LANES = 4

const lines: Record<Pattern, string> = { solid: 'solid', double: 'double', dashed: 'dashed', dotted: 'dotted' }
const isColor = /^#[0-9a-f]{6}$/

/** The kinds are `k0`, `k1` and so on, in their order; `kx` is one that the label set does not have. */
export function pageStyle({ kinds }: LabelSet): string {
  const rules = kinds.map(({ color, pattern }, i) => {
    const [light, dark] = [color.light, color.dark].map((one) => (isColor.test(one) ? one : '#76726a'))
    return `.k${i}{--kind:light-dark(${light},${dark});--pattern:${lines[pattern]}}`
  })
  const lanes = Array.from({ length: LANES }, (_, i) => `.d${i}{text-underline-offset:${3 + 7 * i}px}`)
  return [common, ...rules, ...lanes, forced, paper].join('\n')
}

const common = `
:root{color-scheme:light dark;--paper:light-dark(#fcfbf8,#14171a);--raised:light-dark(#fff,#1c2024);--ink:light-dark(#1d2126,#eceae4);
--soft:light-dark(#5a5f66,#a5abb2);--line:light-dark(#e2dfd7,#30363c);--strong:light-dark(#76726a,#929ba4);--accent:light-dark(#1f55c4,#8cb4ff);
--found:light-dark(#ffd86b,#594806);color:var(--ink);background:var(--paper)}
*,*::before,*::after{box-sizing:border-box}
html{scroll-padding-block:2rem;-webkit-text-size-adjust:100%}
body{margin:0;font:400 1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;inset-inline-start:1rem;top:-4rem;padding:.6rem 1rem;background:var(--raised)}
.skip:focus{top:1rem}
header,main,footer{max-width:46rem;margin:0 auto;padding:1.5rem 1.25rem}
header{padding-block-end:.5rem;color:var(--soft);font-size:.875rem}
header p,footer p{margin:.25rem 0}
h2{margin:3rem 0 .75rem;font-size:1.25rem;line-height:1.3}
.legend,.facts,.links{list-style:none;margin:0;padding:0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-block:1rem}
.legend li{display:flex;align-items:baseline;gap:.5rem;color:var(--ink)}
.sample{display:inline-block;padding:0 .3rem;background:color-mix(in oklab,var(--kind) 12%,transparent);text-decoration:underline var(--pattern) var(--kind) 3px;text-underline-offset:4px}
.kx{--kind:var(--strong);--pattern:wavy}
.text{font:400 1.125rem/2.3 Georgia,"Noto Serif",serif}
.text>*{white-space:pre-wrap;margin:0 0 1rem;position:relative;font:inherit}
.text>h1{font-size:1.75rem;font-weight:600;line-height:1.9}
.text>h2{font-size:1.3rem;font-weight:600;line-height:2}
.text>blockquote{padding-inline-start:1rem;border-inline-start:3px solid var(--line)}
.text>.item{display:list-item;list-style:disc;margin-inline-start:1.5rem}
mark{color:inherit;background:color-mix(in oklab,var(--kind) 12%,transparent);text-decoration:underline var(--pattern) var(--kind) 3px;text-decoration-skip-ink:none}
mark mark mark mark{background:none}
.ref{display:inline-block;margin-inline:1px;padding:0 3px;border:1px solid var(--strong);border-radius:3px;background:var(--paper);color:var(--ink);font:500 .6875rem/1.25 system-ui,sans-serif;text-decoration:none;vertical-align:super;white-space:nowrap;user-select:none}
.ref:hover,.number:hover{border-color:var(--accent);color:var(--accent)}
.ref:target{background:var(--found);outline:2px solid var(--ink)}
mark:has(+.ref:target){background:var(--found)}
.side{display:none}
.marks{list-style:none;margin:0;padding:0}
.marks>li,.talk>li{padding:.9rem 0;border-block-start:1px solid var(--line)}
.marks>li{display:grid;grid-template-columns:3.25rem 1fr;gap:0 .75rem}
.marks>li:target{background:var(--found);box-shadow:0 0 0 .5rem var(--found)}
.number{display:grid;place-items:center;align-self:start;min-width:2.75rem;min-height:2.75rem;border:1px solid var(--strong);border-radius:6px;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums;text-decoration:none}
.marks p,.talk p{margin:0}
.head{display:flex;flex-wrap:wrap;gap:.15rem .6rem;align-items:baseline}
.quiet{color:var(--soft);font-size:.875rem}
:target .quiet{color:inherit}
.quote{margin:.3rem 0;font-family:Georgia,"Noto Serif",serif;white-space:pre-wrap}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.1rem .75rem;margin:.3rem 0}
dt{color:var(--soft)}
:target dt{color:inherit}
dd{margin:0;white-space:pre-wrap}
.links a{display:inline-block;min-height:1.5rem}
.talk{list-style:none;margin:.4rem 0 0;padding:0}
.talk .talk{padding-inline-start:1rem;border-inline-start:2px solid var(--line)}
.talk>li{padding:.4rem 0;border:0}
.said{white-space:pre-wrap}
footer{margin-block-start:3rem;border-block-start:1px solid var(--line);color:var(--soft);font-size:.875rem}
@media (max-width:40rem){.marks>li{grid-template-columns:1fr}.number{justify-self:start;margin-block-end:.4rem}.text{font-size:1.0625rem}.text>h1{font-size:1.4rem}dl{grid-template-columns:1fr}dd{margin-block-end:.3rem}}
`.trim()

const forced = `
@media (forced-colors:active){mark,.sample{background:Canvas;color:CanvasText}.ref:target,.marks>li:target,mark:has(+.ref:target){background:Canvas;box-shadow:none;outline:3px solid Highlight}}
`.trim()

/** On paper no link can be followed: the numbers stand in the margin as well, where one looks for them. */
const paper = `
@media print{:root{color-scheme:light;background:none}.skip,nav{display:none}header,main,footer{max-width:none;padding-inline:0}main{padding-inline-start:4.5rem}header,footer{padding-inline-start:4.5rem}.text{font-size:11pt;line-height:2}.side{display:block;position:absolute;inset-inline-start:-4.5rem;width:4rem;font:500 7.5pt/1.35 system-ui,sans-serif;color:var(--soft);white-space:normal;text-align:end}.marks>li,.talk>li{break-inside:avoid}.marks>li{grid-template-columns:3.25rem 1fr;margin-inline-start:-4.5rem}.number{min-height:0;min-width:0;border:0;justify-content:end}mark,.sample{print-color-adjust:exact;-webkit-print-color-adjust:exact}h2{break-after:avoid}}
`.trim()
