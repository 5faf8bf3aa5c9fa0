/** The file beside a bundle with the settings that the environment has no room for. */
export const SETTINGS_FILE = 'settings.json';
