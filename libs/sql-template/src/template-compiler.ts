import { compileExpression, type ExpressionContext } from './expression-compiler.js'
import type { Expression, RawExpression } from './expression.js'
import type { CompileState, PlacedNode } from './compile-state.js'
import type { MacroLibrary } from './macro-library.js'
import { compileOutput } from './output-compiler.js'
import { type Binding, Scope } from './scope.js'
import type { Place, SourceText } from './source-text.js'
import { errorAt } from './template-error.js'
import type { CallTag, ForTag, IfTag, MacroTag, TemplateNode, WhereTag } from './template-nodes.js'

type RawCall = Extract<RawExpression, { readonly op: 'call' }>

/** Turns what was written into nodes of a program: names become parameters and slots, macros are written out where they are called. */
export class TemplateCompiler {
  readonly root: Scope
  private readonly open: object[] = []

  constructor(
    private readonly state: CompileState,
    private readonly library: MacroLibrary,
  ) {
    this.root = new Scope(undefined, true)
  }

  compile(nodes: readonly TemplateNode[], scope: Scope): PlacedNode[] {
    return nodes.flatMap((node) => this.compileNode(node, scope))
  }

  private compileNode(node: TemplateNode, scope: Scope): PlacedNode[] {
    const { state } = this
    switch (node.kind) {
      case 'text':
        return [state.at({ kind: 'text', text: node.text, place: node.place }, node.place)]
      case 'output':
        return (
          this.writeOut(node.expression, scope, node.place) ??
          compileOutput(node.expression, node.place, this.context(scope, node.place.source), state)
        )
      case 'if':
        return [this.compileIf(node, scope)]
      case 'for':
        return [this.compileFor(node, scope)]
      case 'set':
        return this.compileSet(node, scope)
      case 'set-member': {
        const object: RawExpression = { op: 'name', name: node.name, at: node.place.offset }
        const [target, value] = [object, node.expression].map((raw) => this.expression(raw, scope, node.place))
        if (target === undefined || value === undefined) return []
        return [state.at({ kind: 'set-member', object: target, member: node.member, expression: value }, node.place)]
      }
      case 'fragment':
        this.define(node.name, { kind: 'fragment', name: node.name, body: node.body, scope }, scope, node.place)
        return []
      case 'macro':
        this.define(node.name, { kind: 'macro', tag: node, scope, library: undefined }, scope, node.place)
        return []
      case 'call':
        return this.compileCallTag(node, scope)
      case 'where':
        return [this.compileWhere(node, scope)]
    }
  }

  private context(scope: Scope, source: SourceText): ExpressionContext {
    return { scope, source, useParameter: this.state.useParameter }
  }

  private expression(raw: RawExpression, scope: Scope, place: Place): Expression {
    return compileExpression(raw, this.context(scope, place.source))
  }

  private define(name: string, binding: Binding, scope: Scope, place: Place): void {
    if (!scope.definesSql) {
      throw errorAt(
        place,
        `${name} holds SQL, so it must be defined outside of if and for: its text has to be known when publishing`,
      )
    }
    scope.names.set(name, binding)
  }

  private compileIf(node: IfTag, scope: Scope): PlacedNode {
    const branch = this.state.newBranch(node.place)
    const before = { certain: scope.certain, definesSql: scope.definesSql }
    const after: Set<number>[] = []
    const arm = (body: readonly TemplateNode[]): PlacedNode[] => {
      scope.certain = new Set(before.certain)
      scope.definesSql = false
      const compiled = this.compile(body, scope)
      after.push(scope.certain)
      scope.definesSql = before.definesSql
      return compiled
    }
    const arms = node.arms.map(({ test, body }) => ({
      test: this.expression(test, scope, node.place),
      body: arm(body),
    }))
    const other = arm(node.other)
    // Assigned for certain after the if: what every arm assigns.
    scope.certain = new Set([...(after[0] ?? [])].filter((slot) => after.every((set) => set.has(slot))))
    return this.state.at({ kind: 'if', branch, arms, other }, node.place)
  }

  private compileFor(node: ForTag, scope: Scope): PlacedNode {
    const { state } = this
    const branch = state.newBranch(node.place)
    const of = this.expression(node.of, scope, node.place)
    const inner = new Scope(scope, false)
    const slots = node.targets.map((target) => this.assign(target, inner))
    const filter = node.filter && this.expression(node.filter, inner, node.place)
    const loop = this.assign('loop', inner)
    const fixed = inner.ownSlots.length
    const body = this.compile(node.body, inner)
    const forgotten = inner.ownSlots.slice(fixed)
    if (forgotten.length > 0) body.unshift(state.at({ kind: 'reset', slots: forgotten }, node.place))
    const other = this.compile(node.other, new Scope(scope, false))
    const loopNode = { kind: 'for', branch, slots, loop, of, ...(filter && { filter }), body, other } as const
    return state.at(loopNode, node.place)
  }

  private compileSet(node: Extract<TemplateNode, { readonly kind: 'set' }>, scope: Scope): PlacedNode[] {
    const [first] = node.targets
    // `{% set part = macro(x) %}` is SQL, to be written out where `{{ part }}` stands.
    if (first !== undefined && node.targets.length === 1 && this.sqlBinding(node.expression, scope) !== undefined) {
      const body: TemplateNode[] = [{ kind: 'output', expression: node.expression, place: node.place }]
      this.define(first, { kind: 'fragment', name: first, body, scope }, scope, node.place)
      return []
    }
    const expression = this.expression(node.expression, scope, node.place)
    const slots = node.targets.map((target) => this.assign(target, scope))
    slots.forEach((slot) => this.state.noteSource(slot, slots.length === 1 ? expression : { op: 'undefined' }))
    return [this.state.at({ kind: 'set', slots, expression }, node.place)]
  }

  /** The slot of a variable of this scope; a new one when the name means something else so far. */
  private assign(name: string, scope: Scope): number {
    const known = scope.names.get(name)
    const slot = known?.kind === 'slot' ? known.slot : this.state.newSlot()
    if (known?.kind !== 'slot') {
      scope.names.set(name, { kind: 'slot', slot, before: known?.kind === 'alias' ? known.expression : undefined })
      scope.ownSlots.push(slot)
    }
    scope.certain.add(slot)
    return slot
  }

  private compileWhere(node: WhereTag, scope: Scope): PlacedNode {
    const { operation } = node
    const branch = this.state.newBranch(node.place)
    const compiled = typeof operation === 'string' ? operation : this.expression(operation, scope, node.place)
    return this.state.at(
      { kind: 'where', branch, operation: compiled, body: this.compile(node.body, scope) },
      node.place,
    )
  }

  private compileCallTag(node: CallTag, scope: Scope): PlacedNode[] {
    const binding = this.sqlBinding(node.call, scope)
    if (node.call.op !== 'call' || binding?.kind !== 'macro')
      throw errorAt(node.place, 'A call tag needs the call of a macro')
    return this.writeMacro(node.call, binding, scope, node.place, node.body)
  }

  /** The macro or fragment that an expression stands for, when it is nothing but its call or name. */
  private sqlBinding(raw: RawExpression, scope: Scope): Extract<Binding, { kind: 'macro' | 'fragment' }> | undefined {
    if (raw.op !== 'call' && raw.op !== 'name') return undefined
    const binding = scope.find(raw.name)?.binding
    if (binding?.kind === 'macro' || binding?.kind === 'fragment') return binding
    return raw.op === 'call' && binding === undefined ? this.library.find(raw.name, this.root) : undefined
  }

  /** Writes out a macro call or a fragment; undefined when the expression is a value. */
  private writeOut(raw: RawExpression, scope: Scope, place: Place): PlacedNode[] | undefined {
    const binding = this.sqlBinding(raw, scope)
    if (binding === undefined) return undefined
    if (binding.kind === 'macro') {
      if (raw.op !== 'call')
        throw errorAt(place, `${binding.tag.name} is a macro: call it, {{ ${binding.tag.name}(…) }}`)
      return this.writeMacro(raw, binding, scope, place, undefined)
    }
    const inner = new Scope(binding.scope, true)
    return this.writeBody(binding.body, inner, binding.body, place)
  }

  private writeMacro(
    call: RawCall,
    binding: Extract<Binding, { kind: 'macro' }>,
    scope: Scope,
    place: Place,
    caller: readonly TemplateNode[] | undefined,
  ): PlacedNode[] {
    const { tag } = binding
    if (binding.library !== undefined) this.state.usedMacros.add(binding.library)
    const inner = new Scope(binding.scope, true)
    if (caller !== undefined) inner.names.set('caller', { kind: 'fragment', name: 'caller', body: caller, scope })
    const sets = this.bindArguments(call, tag, scope, inner, place)
    return [...sets, ...this.writeBody(tag.body, inner, tag, place)]
  }

  private writeBody(body: readonly TemplateNode[], inner: Scope, key: object, place: Place): PlacedNode[] {
    if (this.open.includes(key))
      throw errorAt(place, 'This macro ends up calling itself: SQL that is written out must end')
    this.state.count(place)
    const fixed = inner.ownSlots.length
    this.open.push(key)
    const nodes = this.compile(body, inner)
    this.open.pop()
    const forgotten = inner.ownSlots.slice(fixed)
    return forgotten.length === 0 ? nodes : [this.state.at({ kind: 'reset', slots: forgotten }, place), ...nodes]
  }

  private bindArguments(call: RawCall, tag: MacroTag, scope: Scope, inner: Scope, place: Place): PlacedNode[] {
    const { parameters, name } = tag
    const fail = (message: string): Error => errorAt({ source: place.source, offset: call.at ?? place.offset }, message)
    if (call.args.length > parameters.length) throw fail(`${name} takes at most ${parameters.length} arguments`)
    const named = new Map(call.named)
    const unknown = [...named.keys()].find((key) => !parameters.some((parameter) => parameter.name === key))
    if (unknown !== undefined) throw fail(`${name} has no argument ${unknown}`)
    return parameters.flatMap((parameter, index): PlacedNode[] => {
      const given = call.args[index] ?? named.get(parameter.name)
      const expression =
        given !== undefined
          ? this.expression(given, scope, place)
          : parameter.fallback === undefined
            ? ({ op: 'undefined' } as const)
            : this.expression(parameter.fallback, inner, tag.place)
      if (expression.op === 'param' || expression.op === 'const' || expression.op === 'undefined') {
        inner.names.set(parameter.name, { kind: 'alias', expression })
        return []
      }
      const slot = this.assign(parameter.name, inner)
      this.state.noteSource(slot, expression)
      return [this.state.at({ kind: 'set', slots: [slot], expression }, place)]
    })
  }
}
