import Type, { type Static } from 'typebox'
import { LEAST_PAGES } from '#domain/page-limit'
import { scopes } from '#domain/policy'
import { writeBackWords } from '#domain/write-back'
import { overrideSchema } from './policy-override-schema.ts'
import {
  account,
  actionList,
  budget,
  closed,
  DURATION,
  date,
  duration,
  fullBudget,
  ladder,
  mode,
  people,
  zone,
} from './policy-schema-parts.ts'

// Reversible changes and worse never run without a person.
const quorum = Type.Object({ R0: people(0), R1: people(0), R2: people(1), R3: people(1) }, closed)

const timeoutActions = Type.Optional(actionList)
const passkeyTiers = Type.Optional(Type.Array(Type.Enum(['R0', 'R1', 'R2', 'R3']), { maxItems: 4 }))

/** The policy file; every key is optional. */
export const policyFileSchema = Type.Object(
  {
    clocks: Type.Optional(Type.Object({ decideBy: Type.Optional(duration), runBy: Type.Optional(duration) }, closed)),
    verify: Type.Optional(
      Type.Object(
        { after: Type.Optional(Type.Array(duration, { minItems: 1, maxItems: 20 })), watch: Type.Optional(duration) },
        closed,
      ),
    ),
    quorum: Type.Optional(
      Type.Object({ production: Type.Optional(quorum), nonproduction: Type.Optional(quorum) }, closed),
    ),
    passkeyFor: Type.Optional(
      Type.Object(
        { production: passkeyTiers, nonproduction: passkeyTiers },
        { ...closed, description: 'The tiers whose votes need a passkey, by the environment of the account' },
      ),
    ),
    onTimeout: Type.Optional(
      Type.Object(
        { production: timeoutActions, nonproduction: timeoutActions },
        {
          ...closed,
          description:
            'The reversible actions that are carried out when nobody decided in time, where a standing approval covers them; nothing when left out',
        },
      ),
    ),
    untrackWindow: Type.Optional(
      Type.Enum([...scopes], {
        description:
          'Where cutting the EC2 connections that are tracked may open the instance for a moment; elsewhere they live on until they are idle',
      }),
    ),
    volatileCapture: Type.Optional(
      Type.Enum([...scopes], {
        description: 'Where an instance may be asked, before it is cut off, for what its disks do not keep',
      }),
    ),
    writeBack: Type.Optional(
      Type.Object(
        {
          archive: Type.Optional(
            Type.Enum([...writeBackWords], {
              description: 'Whether people may be asked to archive findings at GuardDuty',
            }),
          ),
          suppress: Type.Optional(
            Type.Enum([...writeBackWords], {
              description: 'Whether people may be asked to write a suppression to GuardDuty as a filter that archives',
            }),
          ),
          feedback: Type.Optional(
            Type.Enum([...writeBackWords], {
              description: 'Whether people may be asked to tell GuardDuty that findings were useful or not',
            }),
          ),
          note: Type.Optional(
            Type.Enum([...writeBackWords], {
              description: 'Whether people may be asked to note at Security Hub how a finding was answered',
            }),
          ),
        },
        { ...closed, description: 'What may be written back to the producers of findings; nothing when left out' },
      ),
    ),
    ladder: Type.Optional(ladder),
    repeat: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'How often the ladder begins again while nobody answers' }),
    ),
    failOver: Type.Optional(
      Type.String({
        pattern: DURATION,
        description: 'How long the preferred channels of a page are tried before the others get it, 5m at most',
      }),
    ),
    pageLimit: Type.Optional(
      Type.Object(
        {
          pages: Type.Integer({ minimum: LEAST_PAGES, maximum: 1000 }),
          per: Type.String({ pattern: DURATION }),
        },
        {
          ...closed,
          description:
            'How many pages reach a person outside the console in that time; the others wait for a digest, the critical ones last',
        },
      ),
    ),
    budgets: Type.Optional(
      Type.Object(
        {
          automatic: Type.Optional(budget),
          approved: Type.Optional(budget),
          organisation: Type.Optional(
            Type.Object(fullBudget, { ...closed, description: 'Assets of all accounts together' }),
          ),
          scalingGroup: Type.Optional(
            Type.Object(fullBudget, {
              ...closed,
              description: 'Instances of one Auto Scaling group, of plans that suspend its replacement first',
            }),
          ),
          tagGroups: Type.Optional(
            Type.Array(Type.Object({ tag: Type.String({ minLength: 1 }), ...fullBudget }, closed), {
              maxItems: 20,
              description: 'Assets of an account that share the value of the tag, as far as a plan shows the tags',
            }),
          ),
          wideAbove: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
    ),
    breakGlass: Type.Optional(
      Type.Object(
        {
          people: Type.Optional(
            Type.Array(Type.String(), {
              uniqueItems: true,
              description: 'Approvers who may carry a reversible plan out alone; nobody when left out',
            }),
          ),
          assets: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
          review: Type.Optional(duration),
          remind: Type.Optional(duration),
        },
        closed,
      ),
    ),
    lease: Type.Optional(
      Type.Object(
        { for: Type.Optional(duration), warn: Type.Optional(duration) },
        {
          ...closed,
          description:
            'How long a containment holds before people must renew or release it, and how long before that they are told; nothing is lifted at its end',
        },
      ),
    ),
    requireAttested: Type.Optional(
      Type.Boolean({
        description:
          'Whether findings are read back from their producer before a plan is made of them, and what it does not confirm is for people to decide in any case',
      }),
    ),
    protected: Type.Optional(
      Type.Array(
        Type.Object(
          {
            account: Type.Optional(account),
            name: Type.String({ minLength: 1 }),
            instructions: Type.String({ minLength: 1 }),
          },
          closed,
        ),
      ),
    ),
    mode: Type.Optional(
      Type.Object(
        { default: Type.Optional(mode), accounts: Type.Optional(Type.Record(account, mode, closed)) },
        closed,
      ),
    ),
    overrides: Type.Optional(
      Type.Array(overrideSchema, {
        maxItems: 500,
        description: 'What is otherwise for some accounts, units, actions or times; the nearest one decides',
      }),
    ),
    freezes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            from: date,
            to: date,
            zone,
            accounts: Type.Optional(Type.Array(account, { minItems: 1 })),
            reason: Type.String({ minLength: 1 }),
          },
          { ...closed, description: 'Changes wait from the beginning of `from` to the end of `to`' },
        ),
        { maxItems: 500 },
      ),
    ),
  },
  closed,
)

export type PolicyFile = Static<typeof policyFileSchema>
