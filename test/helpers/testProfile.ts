/** Whether tests that can go deeper do so: `npm run test:deep` sets TEST_PROFILE=deep. */
export const isDeep = process.env.TEST_PROFILE === "deep";
