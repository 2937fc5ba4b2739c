import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * One OpenSearch node (2.x or 3.x) with its modules on the class path: {@code OpenSearchNode HOME [setting=value ...]}.
 * It ends when its standard input does, so that it never outlives the tests that started it.
 */
public class OpenSearchNode extends Node {
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4",               // HTTP and transport
        "org.opensearch.analysis.common.CommonAnalysis", // char_group, cjk_bigram, mapping, synonym_graph
        "org.opensearch.index.mapper.MapperExtras",      // rank_feature, scaled_float
        "org.opensearch.painless.Painless",
        "org.opensearch.join.ParentJoin",
        "org.opensearch.index.reindex.Reindex",
        "org.opensearch.index.rankeval.RankEval");

    /** The collection holds classes up to 2.x, descriptions from 3.0 on. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    OpenSearchNode(Settings settings, Collection modules) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "tests"), modules, true);
    }

    /** Only the log layout of the distribution needs what the inherited method sets. */
    @Override
    protected void configureNodeAndClusterIdStateListener(ClusterService service) {}

    private static Object module(String name) {
        String plugin = Version.CURRENT.major < 3 ? name + "Plugin" : name + "ModulePlugin";
        try {
            return Version.CURRENT.major < 3 ? Class.forName(plugin) : new PluginInfo(plugin, "module", "NA", Version.CURRENT,
                Integer.toString(Runtime.version().feature()), plugin, List.of(), false);
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
    }

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        Files.createDirectories(home.resolve("config"));
        Settings.Builder settings = Settings.builder()
            .put("path.home", home)
            .put("cluster.name", "tests")
            .put("node.name", "tests")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("transport.port", 0)
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (String arg : List.of(args).subList(1, args.length)) {
            String[] parts = arg.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        Node node = new OpenSearchNode(settings.build(), MODULES.stream().map(OpenSearchNode::module).toList());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (IOException trouble) {
            trouble.printStackTrace();
        }
    }
}
