import { z } from 'zod';

/**
 * AWS's event schema of custom notifications, as its guide gives it (Amazon Q Developer in chat applications,
 * "Custom notifications", https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html): `version` is
 * "1.0" and `source` is "custom"; of `content` only the description is required; unknown keys are not part of it.
 */
export const awsCustomNotification = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().optional(),
  content: z.strictObject({
    textType: z.literal('client-markdown').optional(),
    title: z.string().max(250).optional(),
    description: z.string().min(1).max(8000),
    nextSteps: z.array(z.string()).optional(),
    keywords: z.array(z.string()).optional(),
  }),
  metadata: z
    .strictObject({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
      relatedResources: z.array(z.string()).optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
