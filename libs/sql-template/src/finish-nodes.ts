import { type FlowNode, type FlowText, hasCode, sliceText } from './flow-text.js'
import type { ProgramNode, TextNode } from './program.js'
import { positionOf } from './source-text.js'

/** The last pass: texts lose their classes, neighbours become one, and each `;` becomes the end of a statement. */
export function finishNodes(nodes: readonly FlowNode[]): ProgramNode[] {
  return joinTexts(nodes).flatMap(finishNode)
}

/** Joins texts that follow each other in the source; what comes from elsewhere stays apart, so that every place can be told. */
function joinTexts(nodes: readonly FlowNode[]): FlowNode[] {
  const out: FlowNode[] = []
  for (const node of nodes) {
    const last = out.at(-1)
    if (node.kind === 'text' && last?.kind === 'text' && (node.written || follows(last, node))) {
      out[out.length - 1] = { ...last, text: last.text + node.text, classes: last.classes + node.classes }
    } else {
      out.push(node)
    }
  }
  return out
}

function follows(left: FlowText, right: FlowText): boolean {
  return left.place.source === right.place.source && left.place.offset + left.text.length === right.place.offset
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
  return { kind: 'text', text: text.text, code: hasCode(text), ...positionOf(text.place) }
}
