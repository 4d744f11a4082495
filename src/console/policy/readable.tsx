import type { ComponentChildren } from 'preact'
import { Facts } from '#console/parts/facts.tsx'
import { type Column, Sheet } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { texts as all } from '#console/texts/texts.ts'
import type { Policy } from './calls.ts'

const texts = all.policy
const MS = 1000
const span = (ms: number): string => spanText(ms / MS)
const environments = ['production', 'nonproduction'] as const
const tiers = ['R0', 'R1', 'R2', 'R3'] as const

/** What the policy means, with everything that its text leaves out. */
export const Readable = ({ policy }: { readonly policy: Policy }) => (
  <>
    <h2>{texts.says}</h2>
    <h3>{texts.votes}</h3>
    <Votes policy={policy} />
    <div class="cards readable">
      <Card title={texts.modes}>
        <Modes mode={policy.mode} />
      </Card>
      <Card title={texts.clocks}>
        <Facts
          facts={[
            [texts.decideBy, span(policy.clocks.decideByMs)],
            [texts.runBy, span(policy.clocks.runByMs)],
          ]}
        />
      </Card>
      <Card title={texts.ladder}>
        <ul>
          {policy.ladder.map(({ level, people, waitMs }) => (
            <li key={level}>{texts.ladderLevel(level, people.join(', '), span(waitMs))}</li>
          ))}
        </ul>
      </Card>
      <Card title={texts.budgets}>
        <Budgets budgets={policy.budgets} />
      </Card>
      <Card title={texts.breakGlass}>
        <p>{aloneText(policy)}</p>
      </Card>
      <Card title={texts.lease}>
        <p>{leaseText(policy)}</p>
      </Card>
      <Card title={texts.protected}>
        <ul>
          {policy.protected.map(({ name, account, instructions }) => (
            <li key={`${account} ${name}`}>
              <code>{name}</code> <span class="quiet">{account ?? texts.everywhere}</span> {instructions}
            </li>
          ))}
        </ul>
      </Card>
    </div>
    <Exceptions policy={policy} />
  </>
)

const Card = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <section class="card">
    <h3>{title}</h3>
    {children}
  </section>
)

type Environment = (typeof environments)[number]

function Votes({ policy: { quorum, passkeyFor } }: { readonly policy: Policy }) {
  const columns: readonly Column<Environment>[] = [
    { head: texts.environment, cell: (environment) => <strong>{environment}</strong> },
    ...tiers.map((tier) => ({
      head: texts.tiers[tier],
      cell: (environment: Environment) => {
        const required = quorum[environment][tier]
        const isSigned = passkeyFor?.[environment].includes(tier) === true
        return required === 0 ? texts.nobody : `${required}${isSigned ? ` ${texts.passkey}` : ''}`
      },
    })),
  ]
  return <Sheet caption={texts.votes} columns={columns} rows={environments} keyOf={(environment) => environment} />
}

const Modes = ({ mode }: Pick<Policy, 'mode'>) => (
  <ul>
    {[...Object.entries(mode.accounts), [texts.byDefault, mode.default] as const].map(([where, value]) => (
      <li key={where}>
        {where}: <strong>{value}</strong> <span class="quiet">{texts.modeMeans[value]}</span>
      </li>
    ))}
  </ul>
)

const Budgets = ({ budgets: { automatic, approved, wideAbove } }: Pick<Policy, 'budgets'>) => (
  <Facts
    facts={[
      [texts.automatic, texts.assetsPer(automatic.assets, span(automatic.windowMs))],
      [texts.approved, texts.assetsPer(approved.assets, span(approved.windowMs))],
      [texts.wide, wideAbove],
    ]}
  />
)

const aloneText = ({ breakGlass }: Policy): string =>
  breakGlass === undefined
    ? texts.nobodyAlone
    : texts.breakGlassOf(breakGlass.people.join(', '), breakGlass.assets, span(breakGlass.reviewMs))

const leaseText = ({ lease }: Policy): string =>
  lease === undefined ? texts.usualLease : texts.leaseOf(span(lease.forMs), span(lease.warnMs))

type Override = NonNullable<Policy['overrides']>[number]

const overrideColumns: readonly Column<Override>[] = [
  {
    head: texts.overrideFor,
    cell: ({ name, for: those }) => (
      <>
        {name} {membersText(those)}
      </>
    ),
  },
  { head: texts.overrideSets, cell: ({ set }) => membersText(set) },
]

const membersText = (members: object): string =>
  Object.entries(members)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('; ')

const Exceptions = ({ policy: { overrides = [], freezes = [] } }: { readonly policy: Policy }) => (
  <>
    {overrides.length > 0 && (
      <>
        <h3>{texts.overrides}</h3>
        <Sheet
          caption={texts.overrides}
          columns={overrideColumns}
          rows={overrides}
          keyOf={(one) => JSON.stringify(one)}
        />
      </>
    )}
    {freezes.length > 0 && (
      <>
        <h3>{texts.freezes}</h3>
        <ul>
          {freezes.map((freeze) => (
            <li key={`${freeze.from} ${freeze.reason}`}>
              {texts.fromTo(freeze.from, freeze.to, freeze.zone)}: {freeze.reason}{' '}
              <span class="quiet">{freeze.accounts?.join(', ') ?? texts.everywhere}</span>
            </li>
          ))}
        </ul>
      </>
    )}
  </>
)
