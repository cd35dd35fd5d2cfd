import { type FlowNode, type FlowText, hasCode, sliceText } from './flow-text.js'
import { type ProgramNode, type TextNode } from './program.js'

/** The last pass: texts lose their classes, neighbours become one, and each `;` becomes the end of a statement. */
export function finishNodes(nodes: readonly FlowNode[]): ProgramNode[] {
  const out: ProgramNode[] = []
  for (const node of nodes) {
    for (const finished of finishNode(node)) {
      const last = out.at(-1)
      if (finished.kind === 'text' && last?.kind === 'text') out[out.length - 1] = joinTexts(last, finished)
      else out.push(finished)
    }
  }
  return out
}

function joinTexts(left: TextNode, right: TextNode): TextNode {
  return { kind: 'text', text: left.text + right.text, code: left.code || right.code }
}

function finishNode(node: FlowNode): ProgramNode[] {
  switch (node.kind) {
    case 'text':
      return finishText(node)
    case 'if':
      return [
        {
          ...node,
          arms: node.arms.map(({ test, body }) => ({ test, body: finishNodes(body) })),
          other: finishNodes(node.other),
        },
      ]
    case 'for':
      return [{ ...node, body: finishNodes(node.body), other: finishNodes(node.other) }]
    case 'where':
      return [{ ...node, body: finishNodes(node.body) }]
    case 'condition':
      return [{ ...node, body: finishNodes(node.body) }]
    default:
      return [node]
  }
}

function finishText(node: FlowText): ProgramNode[] {
  const out: ProgramNode[] = []
  let start = 0
  for (let end = node.classes.indexOf(';'); end !== -1; end = node.classes.indexOf(';', start)) {
    if (end > start) out.push(textNode(sliceText(node, start, end)))
    out.push({ kind: 'split' })
    start = end + 1
  }
  if (start < node.text.length) out.push(textNode(sliceText(node, start)))
  return out
}

function textNode(text: FlowText): TextNode {
  return { kind: 'text', text: text.text, code: hasCode(text) }
}
