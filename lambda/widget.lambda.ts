import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { widgetEnvironmentFrom } from './env.ts';
import { dynamoStore } from './store/dynamo.store.ts';
import { answerWidget } from './widget.ts';

const logger = new Logger();
// One attempt less than the default and short waits: the console shows nothing for longer than the function's time.
const dynamo = DynamoDBDocumentClient.from(
  new DynamoDBClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000 } }),
);

/** Draws the dashboard's table of load balancers. */
export const handler = (event: unknown): Promise<string> =>
  answerWidget(event, {
    // Read late, so that the widget documents itself and shows its trouble even where its environment is broken.
    loadFleet: async () => dynamoStore(dynamo, widgetEnvironmentFrom(process.env).tableName).fleet(),
    logFailure: (error) => logger.error('the fleet could not be read', { error: String(error) }),
  });
