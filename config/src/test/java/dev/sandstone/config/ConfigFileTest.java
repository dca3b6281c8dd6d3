package dev.sandstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Path FILE = Path.of("/array/san.toml");

    @Test
    void anEmptyFileMeansTheDefaults() {
        ArrayConfig config = ConfigFile.parse(FILE, "");
        assertThat(config.iscsi().portals()).containsExactly(new HostPort("127.0.0.1", 3260));
        assertThat(config.pool().device()).isEmpty();
        assertThat(config.api().listen()).isEmpty();
        assertThat(config.api().tokenFile()).isEqualTo(Path.of("/array/secrets/admin-token.sha256"));
        assertThat(config.log().format()).isEqualTo(ArrayConfig.Log.Format.AUTO);
        assertThat(config.iscsi().stallMillis()).isEqualTo(50);
    }

    @Test
    void disksAreFoldersBesideTheFileOrAnywhere() {
        assertThat(ConfigFile.parse(FILE, "[pool]\ndisks = ['one', '/two']")
                        .pool()
                        .disks())
                .containsExactly(Path.of("/array/one"), Path.of("/two"));
    }

    @Test
    void everyKeyIsRead() {
        String text = """
                [pool]
                device = "/dev/sdb"
                cache = "1G"
                read_cache = "2G"
                io_uring = false
                [iscsi]
                portals = ["0.0.0.0:3260", "[::]:3261"]
                loops = 2
                stall_ms = 200
                [api]
                listen = "127.0.0.1:8330"
                token_file = "/etc/token"
                [limits]
                connections = 7
                volumes = 9
                [log]
                level = "debug"
                format = "json"
                """;
        ArrayConfig config = ConfigFile.parse(FILE, text);
        assertThat(config.pool())
                .isEqualTo(
                        new ArrayConfig.Pool(Optional.of(Path.of("/dev/sdb")), List.of(), 1L << 30, 2L << 30, false));
        assertThat(config.iscsi())
                .isEqualTo(new ArrayConfig.Iscsi(
                        List.of(new HostPort("0.0.0.0", 3260), new HostPort("::", 3261)), 2, 200));
        assertThat(config.api())
                .isEqualTo(new ArrayConfig.Api(Optional.of(new HostPort("127.0.0.1", 8330)), Path.of("/etc/token")));
        assertThat(config.limits()).isEqualTo(new ArrayConfig.Limits(7, 9));
        assertThat(config.log())
                .isEqualTo(new ArrayConfig.Log(ArrayConfig.Log.Level.DEBUG, ArrayConfig.Log.Format.JSON));
    }

    /** Each row: the file, the place of the error, a part of the message, a part of the fix. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[pol]                          | 1:2 | unknown key \"pol\"        | did you mean \"pool\"?",
                "[iscsi];portls = []            | 2:1 | unknown key \"iscsi.portls\" | did you mean \"portals\"?",
                "[iscsi];# c;  loops = 'two'    | 3:3 | iscsi.loops must be a whole number | correct",
                "[iscsi];loops = 900            | 2:1 | from 0 to 256               | correct",
                "[iscsi];portals = []           | 2:1 | iscsi.portals is empty      | at least one",
                "[iscsi];portals = ['x']        | 2:1 | not an address to listen on | correct",
                "[iscsi];portals = 'x:1'        | 2:1 | must be an array            | write [",
                "iscsi = { loops = 1, lops = 2 }| 1:22| unknown key \"iscsi.lops\" | did you mean \"loops\"?",
                "iscsi.loops = true             | 1:7 | must be a whole number      | correct",
                "[pool];cache = '12Q'           | 2:1 | not a size                  | correct",
                "[pool];cache = -1              | 2:1 | must be a string            | quotes",
                "[pool];device = 'a';disks = ['b'] | 3:1 | exclude each other | list the device",
                "[pool];disks = 'b' | 2:1 | array of strings | write [",
                "[pool];device = ''             | 2:1 | a path is missing           | correct",
                "[pool];io_uring = 'no'         | 2:1 | must be true or false       | without quotes",
                "[log];level = 'loud'           | 2:1 | not one of error, warn, info, debug | correct",
                "pool = 3                       | 1:1 | must be a table             | write [pool]",
                "[zzzzzzzz]                     | 1:2 | unknown key                 | known keys here: api, iscsi",
                "[api];token_file = 7           | 2:1 | must be a string            | quotes",
                "[api];listen = '127.0.0.1'     | 2:1 | not an address to listen on | correct",
                "[pool                          | 1:  | not TOML                    | syntax",
                "a = 'x;y = 2                   | 1:  | not TOML                    | syntax",
            })
    void errorsNamePlaceProblemAndFix(String text, String place, String problem, String fix) {
        assertThatThrownBy(() -> ConfigFile.parse(FILE, text.replace(';', '\n')))
                .isInstanceOfSatisfying(ConfigException.class, error -> {
                    assertThat(error.getMessage()).startsWith(FILE + ":" + place);
                    assertThat(error.problem()).contains(problem);
                    assertThat(error.fix()).contains(fix);
                });
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path dir) throws IOException {
        assertThatThrownBy(() -> ConfigFile.load(dir.resolve("none.toml")))
                .isInstanceOfSatisfying(
                        ConfigException.class, error -> assertThat(error.fix()).contains("san init"));
        Path latin = dir.resolve("latin.toml");
        Files.write(latin, new byte[] {'#', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> ConfigFile.load(latin)).hasMessageContaining("not UTF-8");
        Path large = dir.resolve("large.toml");
        Files.write(large, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> ConfigFile.load(large)).hasMessageContaining("larger than 1 MiB");
    }
}
