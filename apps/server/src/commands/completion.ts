/** Completion of commands, options and their values, as a script for a shell; made of the command line itself. */
import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Completed {
  name: string
  summary: string
  options: { name: string; summary: string; values: readonly string[] }[]
  /** Commands of its own, as `attest users add` is. */
  below: { name: string; summary: string }[]
}

/** What the shell is to read at its start. Names and values are ours, and hold nothing that a shell would act on. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = program.commands.map(
    (command): Completed => ({
      name: command.name(),
      summary: command.summary(),
      options: command.options.map((option) => ({
        name: option.long ?? option.flags,
        summary: option.description,
        values: option.argChoices ?? [],
      })),
      below: command.commands.map((one) => ({ name: one.name(), summary: one.summary() })),
    }),
  )
  if (shell === 'fish') return fish(commands)
  // zsh reads bash's own.
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}` : bash(commands)
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.flatMap(({ name, options, below }) => [
    ...(below.length > 0
      ? [`    "${name} ${name}") COMPREPLY=($(compgen -W "${below.map((one) => one.name).join(' ')}" -- "$word")) ;;`]
      : []),
    ...options
      .filter(({ values }) => values.length > 0)
      .map(
        (option) =>
          `    "${name} ${option.name}") COMPREPLY=($(compgen -W "${option.values.join(' ')}" -- "$word")) ;;`,
      ),
    `    "${name} "*) [[ $word == -* ]] && COMPREPLY=($(compgen -W "${options.map((option) => option.name).join(' ')}" -- "$word")) ;;`,
  ])
  return `_attest() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  if [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]} $before" in
${cases.join('\n')}
  esac
}
complete -o default -F _attest attest
`
}

function fish(commands: readonly Completed[]): string {
  return commands
    .flatMap(({ name, summary, options, below }) => [
      `complete -c attest -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`,
      ...below.map(
        (one) =>
          `complete -c attest -n '__fish_seen_subcommand_from ${name}' -a ${one.name} -d '${quoted(one.summary)}'`,
      ),
      ...options.map(
        (option) =>
          `complete -c attest -n '__fish_seen_subcommand_from ${name}' -l ${option.name.replace(/^--/, '')} -d '${quoted(option.summary)}'` +
          (option.values.length > 0 ? ` -x -a '${option.values.join(' ')}'` : ''),
      ),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

function quoted(text: string): string {
  return text.replace(/['\\]/g, '\\$&')
}
