import { Agent } from 'node:https';

/**
 * A certificate for 127.0.0.1 that signs itself, valid until 2126, and its key. It guards nothing:
 * test servers show it, and only the agent below trusts it.
 */
export const LOOPBACK_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUAYg6NJyzDwnvHZ+M4rlrOD8OhakwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMDEzMzgwMVoYDzIxMjYxMDI3
MTMzODAxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS5DPOkm9NmQDcPrxtQ79+tJw/erm8DWNLep0kmNrIi0RaZOaYKluMp
7iIN5Wc7grGcNJtYe7C9c0FmJ3NrCkK1o28wbTAdBgNVHQ4EFgQUvhnSa8RGgP4W
ayVjRRlY1gdbRaIwHwYDVR0jBBgwFoAUvhnSa8RGgP4WayVjRRlY1gdbRaIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAJbmoVqHNXgkp1l/+mKzFBKMrqhw1888OHOTBTnhqFI5AiEA
65kQBVPehTPC/ZhT7rvqh6Q9DYuWnj8XU08/QFUsFGw=
-----END CERTIFICATE-----
`;

export const LOOPBACK_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHhY+JyMI0H7HIblH
SRyQusBv7+rvy2mk+A7N5JvqSDGhRANCAAS5DPOkm9NmQDcPrxtQ79+tJw/erm8D
WNLep0kmNrIi0RaZOaYKluMp7iIN5Wc7grGcNJtYe7C9c0FmJ3NrCkK1
-----END PRIVATE KEY-----
`;

/** Trusts the certificate above and no other. */
export function loopbackAgent(): Agent {
	return new Agent({ ca: LOOPBACK_CERTIFICATE });
}
