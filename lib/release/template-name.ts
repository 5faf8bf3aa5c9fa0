/** What stacks can be deployed without the CDK, by the names of their templates. */
export const TEMPLATE_NAMES = ['alb502', 'alb502-region', 'alb502-chat', 'alb502-hub'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** The file of a template. */
export const templateFile = (name: TemplateName): string => `${name}.template.json`;
