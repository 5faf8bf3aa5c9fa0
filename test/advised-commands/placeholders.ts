/**
 * Words that stand for what a person has to fill in, each with something that could be filled in. A word in capitals
 * that is none of them is no value of any command either.
 */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  ACCOUNT: '123456789012',
  BUNDLE: 'bundle.json',
  CLUSTER: 'prod',
  DEPLOYMENT: 'web',
  DELIVERY_ID: 'aBcDeFgHiJkLmNoP',
  FOLDER: 'logs',
  FUNCTION: 'shop',
  HOST: '10.0.1.10',
  LOAD_BALANCER: 'shop.example.com',
  LOAD_BALANCER_ARN:
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
  LOG_GROUP: '/app/shop',
  NAME: 'shop',
  NAMESPACE: 'shop',
  PATH: 'export',
  PORT: '8080',
  REGION: 'eu-central-1',
  REGION_LEFT_OUT: 'eu-central-1',
  SERVICE: 'shop',
  TARGET: '10.0.1.10',
  TASK_DEFINITION: 'shop:6',
  TASK: '0123456789abcdef0123456789abcdef',
  VALUE: '65',
  PREVIOUS_VALUE: '60',
};

/** The line as a person would run it. */
export const filledIn = (word: string): string =>
  word.replaceAll(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (name) => PLACEHOLDERS[name] ?? name);
