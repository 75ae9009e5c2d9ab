import { type Exchange, startConversation } from './conversation.ts'
import { adminScenarios } from './scenarios-admin.ts'
import { cornerScenarios } from './scenarios-corners.ts'
import { groupScenarios } from './scenarios-groups.ts'
import { recordScenarios, type Scenario } from './scenarios-records.ts'
import { transactionScenarios } from './scenarios-transactions.ts'

/** What a broker is asked, by name: the same for ours and for Apache Kafka. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...recordScenarios,
  ...groupScenarios,
  ...transactionScenarios,
  ...adminScenarios,
  ...cornerScenarios,
}

/** Runs one scenario. @returns its requests and answers */
export const play = async (bootstrap: string, scenario: Scenario): Promise<readonly Exchange[]> => {
  const talk = await startConversation(bootstrap)
  try {
    await scenario(talk)
    return talk.transcript
  } finally {
    talk.close()
  }
}
