import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One OpenSearch 2.x node with its modules on the class path: {@code OpenSearchNode HOME [setting=value ...]}.
 * It ends when its standard input does, so that it never outlives the tests that started it.
 */
public class OpenSearchNode extends Node {
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4Plugin",               // HTTP and transport
        "org.opensearch.analysis.common.CommonAnalysisPlugin", // char_group, cjk_bigram, mapping, synonym_graph
        "org.opensearch.index.mapper.MapperExtrasPlugin",      // rank_feature, scaled_float
        "org.opensearch.painless.PainlessPlugin",
        "org.opensearch.join.ParentJoinPlugin",
        "org.opensearch.index.reindex.ReindexPlugin",
        "org.opensearch.index.rankeval.RankEvalPlugin");

    OpenSearchNode(Settings settings, Collection<Class<? extends Plugin>> modules) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "tests"), modules, true);
    }

    /** Only the log layout of the distribution needs what the inherited method sets. */
    @Override
    protected void configureNodeAndClusterIdStateListener(ClusterService service) {}

    private static Class<? extends Plugin> module(String name) {
        try {
            return Class.forName(name).asSubclass(Plugin.class);
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
        Node node = new OpenSearchNode(settings.build(), MODULES.stream().<Class<? extends Plugin>>map(OpenSearchNode::module).toList());
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
