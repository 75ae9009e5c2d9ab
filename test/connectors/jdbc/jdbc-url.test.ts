import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJdbcUrl, withoutSecrets } from '../../../src/connectors/jdbc/jdbc-url.ts'

const CASES: readonly (readonly [string, object])[] = [
  [
    'jdbc:postgresql://db:5433/shop',
    { subprotocol: 'postgresql', hosts: [{ host: 'db', port: 5433 }], database: 'shop', parameters: {} },
  ],
  [
    'jdbc:postgresql://a,b:2/shop?sslmode=require&ApplicationName=x%20y',
    {
      subprotocol: 'postgresql',
      hosts: [
        { host: 'a', port: null },
        { host: 'b', port: 2 },
      ],
      database: 'shop',
      parameters: { sslmode: 'require', ApplicationName: 'x y' },
    },
  ],
  [
    'jdbc:postgresql://[::1]:5432/shop',
    { subprotocol: 'postgresql', hosts: [{ host: '::1', port: 5432 }], database: 'shop', parameters: {} },
  ],
  ['jdbc:postgresql:shop', { subprotocol: 'postgresql', hosts: [], database: 'shop', parameters: {} }],
  [
    'jdbc:mysql://db/shop?useSSL=false',
    { subprotocol: 'mysql', hosts: [{ host: 'db', port: null }], database: 'shop', parameters: { useSSL: 'false' } },
  ],
  [
    'jdbc:mariadb:replication://a:1,b/',
    {
      subprotocol: 'mariadb',
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: null },
      ],
      database: '',
      parameters: {},
    },
  ],
  [
    'jdbc:sqlite:/tmp/my file.db?journal_mode=WAL',
    { subprotocol: 'sqlite', hosts: [], database: '/tmp/my file.db', parameters: { journal_mode: 'WAL' } },
  ],
  ['jdbc:sqlite:', { subprotocol: 'sqlite', hosts: [], database: '', parameters: {} }],
]

for (const [url, expected] of CASES) {
  test(`${url} is read as the JVM's drivers read it`, () => {
    const { parameters, ...rest } = parseJdbcUrl(url)
    assert.deepEqual({ ...rest, parameters: Object.fromEntries(parameters) }, expected)
  })
}

test('what is no JDBC URL is refused, without showing a password', () => {
  assert.throws(() => parseJdbcUrl('postgres://u:geheim@h/db?password=geheim'), {
    name: 'ConfigException',
    message: 'Not a valid JDBC URL: postgres://h/db?password=[hidden]',
  })
  assert.equal(
    withoutSecrets('jdbc:postgresql://h/db?user=u&password=p&sslpassword=q&x=1'),
    'jdbc:postgresql://h/db?user=u&password=[hidden]&sslpassword=[hidden]&x=1',
  )
})
